"""What every engine needs and none should do itself: batches, cache, retries, concurrency, isolation of what fails.

`translate_segments` has the whole way on one page. Here belongs what is true of any engine; what one engine or one kind
of engine needs belongs beside that engine.
"""
