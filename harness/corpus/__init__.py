"""From documents to test sets.

Rooms, bottom to top: `readers` (one file of a document format becomes blocks) and `testset` (what a test set is on
disk); `segmentation` (blocks become sentences of two languages) and `bitext` (formats that are aligned already);
`alignment` (which sentences translate which); `ingest` (the whole way, and the references folder it writes).
Here belongs what makes test sets. What a language is like belongs in `harness.language`.
"""
