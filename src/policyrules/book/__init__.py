"""The policies of one agency: files in, program out; cases read in and decisions handed out."""
