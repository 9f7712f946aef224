"""Arrays in, numbers out: resampling, significance, correction, clusters, power."""
