"""What can be said of a program without running it: what meets, what is never reached, divisors, steps, gaps, holes, cycles."""
