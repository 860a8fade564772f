"""Why an answer is what it is: a trace becomes reasons, and reasons become words in Chinese and English."""
