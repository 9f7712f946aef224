# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
"""The edits of TER, number for number those of sacreBLEU 2.6.0 (`sacrebleu/metrics/lib_ter.py`).

sacreBLEU keeps every row of every edit matrix it has seen, in a tree of dictionaries. Here there is one matrix at a
time, as a band around its diagonal, and a shift that is only tried costs the rows that it changes. What decides the
number is the same: the beam, which of equal edits is taken, which of equal shifts, how many shifts are tried.

    row i      the words before word i of the hypothesis against every beginning of the reference
    band       the cells of a row that the beam reaches: from `first[i]`, before `last[i]`
"""

from cpython.exc cimport PyErr_CheckSignals
from libc.math cimport ceil
from libc.stdint cimport int32_t, uint8_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy

cdef enum:
    MOST_SHIFTED = 10
    FARTHEST_SHIFT = 50
    BEAM = 25
    MOST_CANDIDATES = 1000
    FAR = 1 << 30  # the cost of a cell outside the beam

cdef enum:
    KEEP = 0
    SUBSTITUTE = 1
    DELETE = 2
    INSERT = 3


cdef class Words:
    """A row of word numbers; -1 is a word that no reference has."""

    cdef int32_t *data
    cdef Py_ssize_t size

    def __cinit__(self, list words, dict numbers):
        cdef Py_ssize_t i
        self.size = len(words)
        self.data = <int32_t *>_memory(self.size, sizeof(int32_t))
        for i in range(self.size):
            self.data[i] = numbers.get(words[i], -1)

    def __dealloc__(self):
        free(self.data)


cdef class References:
    """The references of one segment.

    Args:
        references: the words of each.
    """

    cdef dict _numbers
    cdef list _references

    def __init__(self, list references):
        self._numbers = {}
        for words in references:
            for word in words:
                self._numbers.setdefault(word, len(self._numbers))
        self._references = [Words(words, self._numbers) for words in references]

    def statistics(self, list hypothesis):
        """The fewest edits to any reference, and the mean length of the references, in words."""
        cdef Words words = Words(hypothesis, self._numbers)
        cdef Words reference
        cdef Py_ssize_t fewest = -1, edits, length = 0
        for reference in self._references:
            length += reference.size
            edits = Matrix(words, reference).edits() if reference.size and words.size else words.size + reference.size
            if fewest < 0 or edits < fewest:
                fewest = edits
        return fewest, length / <double>len(self._references)


cdef class Matrix:
    """The edit matrix of one hypothesis, which shifts change, and one reference; neither is empty."""

    cdef Words reference
    cdef Py_ssize_t n_hyp, n_ref, width, candidates
    cdef int32_t *words  # the hypothesis after the shifts so far
    cdef int32_t *shifted  # the hypothesis after the shift that is tried
    cdef int32_t *best
    cdef int32_t *first
    cdef int32_t *last
    cdef int32_t *top  # row 0: so many insertions
    cdef int32_t *costs  # rows 1 to n_hyp, `width` cells each
    cdef uint8_t *edit  # the last edit of each cell of `costs`
    cdef int32_t *spare  # two rows
    cdef int32_t *align  # the word of the hypothesis that each word of the reference stands at, -1 before all
    cdef int32_t *hyp_errors  # how many of the words before this one are wrong
    cdef int32_t *ref_errors

    def __cinit__(self, Words words, Words reference):
        cdef Py_ssize_t i, diagonal, beam
        cdef double ratio = <double>reference.size / <double>words.size
        self.reference = reference
        self.n_hyp = words.size
        self.n_ref = reference.size
        self.words = _row(self.n_hyp)
        self.shifted = _row(self.n_hyp)
        self.best = _row(self.n_hyp)
        self.first = _row(self.n_hyp + 1)
        self.last = _row(self.n_hyp + 1)
        self.top = _row(self.n_ref + 1)
        self.align = _row(self.n_ref)
        self.hyp_errors = _row(self.n_hyp + 1)
        self.ref_errors = _row(self.n_ref + 1)
        memcpy(self.words, words.data, self.n_hyp * sizeof(int32_t))
        for i in range(self.n_ref + 1):
            self.top[i] = <int32_t>i
        # Where the lengths differ much, a row must still overlap with the one before.
        beam = <Py_ssize_t>ceil(ratio / 2 + BEAM) if BEAM < ratio / 2 else BEAM
        self.first[0] = 0
        self.last[0] = <int32_t>(self.n_ref + 1)
        for i in range(1, self.n_hyp + 1):
            diagonal = <Py_ssize_t>(i * ratio)
            self.first[i] = <int32_t>max(0, diagonal - beam)
            self.last[i] = <int32_t>min(self.n_ref + 1, diagonal + beam)
            if i == self.n_hyp:
                self.last[i] = <int32_t>(self.n_ref + 1)
            self.width = max(self.width, self.last[i] - self.first[i])
        self.costs = _row(self.n_hyp * self.width)
        self.spare = _row(2 * self.width)
        self.edit = <uint8_t *>_memory(self.n_hyp * self.width, sizeof(uint8_t))

    def __dealloc__(self):
        free(self.words)
        free(self.shifted)
        free(self.best)
        free(self.first)
        free(self.last)
        free(self.top)
        free(self.align)
        free(self.hyp_errors)
        free(self.ref_errors)
        free(self.costs)
        free(self.spare)
        free(self.edit)

    cdef Py_ssize_t edits(self) except -1:
        """Shifts, for as long as they make the rest cheaper, and the edits of the rest."""
        cdef Py_ssize_t shifts = 0, gain
        cdef int32_t distance
        cdef int32_t *words
        while True:
            PyErr_CheckSignals()
            distance = self.fill()
            self.trace()
            gain = self.find_shift(distance)
            # The shift found when the candidates run out is not made.
            if self.candidates >= MOST_CANDIDATES or gain <= 0:
                return shifts + distance
            shifts += 1
            words = self.words
            self.words = self.best
            self.best = words

    cdef int32_t *row(self, Py_ssize_t i) noexcept:
        return self.top if i == 0 else self.costs + (i - 1) * self.width

    cdef int32_t fill(self) noexcept:
        """All rows for `words`; the edit distance."""
        cdef Py_ssize_t i
        for i in range(1, self.n_hyp + 1):
            self.fill_row(i, self.words[i - 1], self.row(i - 1), self.row(i), self.edit + (i - 1) * self.width)
        return self.row(self.n_hyp)[self.n_ref - self.first[self.n_hyp]]

    cdef void fill_row(
        self, Py_ssize_t i, int32_t word, const int32_t *above, int32_t *into, uint8_t *edit
    ) noexcept:
        """Row i from the row above it. Of equal edits the first of substitution, deletion, insertion is taken."""
        cdef Py_ssize_t j, first = self.first[i], before = self.first[i - 1], end = self.last[i - 1]
        cdef const int32_t *ref = self.reference.data
        cdef int32_t up, cost, left = FAR, diagonal = FAR
        cdef uint8_t how
        if before < first <= end:
            diagonal = above[first - 1 - before]
        for j in range(first, self.last[i]):
            up = above[j - before] if j < end else FAR
            if j == 0:
                cost = up + 1
                how = DELETE
            else:
                if word == ref[j - 1]:
                    cost = diagonal
                    how = KEEP
                else:
                    cost = diagonal + 1
                    how = SUBSTITUTE
                if cost > up + 1:
                    cost = up + 1
                    how = DELETE
                if cost > left + 1:
                    cost = left + 1
                    how = INSERT
            into[j - first] = cost
            if edit != NULL:
                edit[j - first] = how
            diagonal = up
            left = cost

    cdef void trace(self) noexcept:
        """Read `align` and the errors off the matrix, from its end to its beginning."""
        cdef Py_ssize_t i = self.n_hyp, j = self.n_ref
        cdef uint8_t how
        while i > 0 or j > 0:
            how = INSERT if i == 0 else self.edit[(i - 1) * self.width + j - self.first[i]]
            if how == DELETE:
                i -= 1
                self.hyp_errors[i + 1] = 1
            else:
                j -= 1
                self.ref_errors[j + 1] = how != KEEP
                self.align[j] = <int32_t>(i - 1)
                if how != INSERT:
                    i -= 1
                    self.hyp_errors[i + 1] = how != KEEP
        self.hyp_errors[0] = self.ref_errors[0] = 0
        for i in range(self.n_hyp):
            self.hyp_errors[i + 1] += self.hyp_errors[i]
        for j in range(self.n_ref):
            self.ref_errors[j + 1] += self.ref_errors[j]

    cdef Py_ssize_t find_shift(self, int32_t distance) noexcept:
        """Put the hypothesis after the best shift into `best`; how much shorter its distance is.

        The best has the greatest gain; of equals it is the longest, then the one from the earliest place, then the one
        to the earliest place.
        """
        cdef Py_ssize_t start, at, length, offset, place, tried, gain
        cdef Py_ssize_t best_gain = 0, best_length = 0, best_start = 0, best_place = 0
        cdef bint found = False
        cdef const int32_t *ref = self.reference.data
        cdef int32_t *swapped
        for start in range(self.n_hyp):
            for at in range(max(0, start - FARTHEST_SHIFT), min(self.n_ref, start + FARTHEST_SHIFT + 1)):
                for length in range(1, MOST_SHIFTED + 1):
                    if start + length > self.n_hyp or at + length > self.n_ref:
                        break
                    if self.words[start + length - 1] != ref[at + length - 1]:
                        break
                    # Only words that are wrong, to a place that is wrong, outside themselves.
                    if self.hyp_errors[start + length] == self.hyp_errors[start]:
                        continue
                    if self.ref_errors[at + length] == self.ref_errors[at]:
                        continue
                    if start <= self.align[at] < start + length:
                        continue
                    tried = -1
                    for offset in range(at - 1, at + length):
                        place = 0 if offset == -1 else self.align[offset] + 1
                        if place == tried:
                            continue
                        tried = place
                        gain = distance - self.distance_after(start, length, place, distance)
                        self.candidates += 1
                        if found:
                            if gain != best_gain:
                                if gain < best_gain:
                                    continue
                            elif length != best_length:
                                if length < best_length:
                                    continue
                            elif start != best_start:
                                if start > best_start:
                                    continue
                            elif place >= best_place:
                                continue
                        found = True
                        best_gain, best_length, best_start, best_place = gain, length, start, place
                        swapped = self.best
                        self.best = self.shifted
                        self.shifted = swapped
                    if self.candidates >= MOST_CANDIDATES:
                        return best_gain
        return best_gain

    cdef int32_t distance_after(
        self, Py_ssize_t start, Py_ssize_t length, Py_ssize_t place, int32_t distance
    ) noexcept:
        """The edit distance with `length` words from `start` moved to `place`; `shifted` is the hypothesis then."""
        cdef Py_ssize_t i, j, low, middle, high, first
        cdef int32_t more
        cdef int32_t *above
        cdef int32_t *into
        cdef int32_t *unshifted
        # A shift swaps two neighbours: the words from low to middle, and those from there to high.
        if place < start:
            low, middle, high = place, start, start + length
        elif place > start + length:
            low, middle, high = start, start + length, place
        else:
            low, middle, high = start, start + length, min(start + length + place - start, self.n_hyp)
        memcpy(self.shifted, self.words, low * sizeof(int32_t))
        memcpy(self.shifted + low, self.words + middle, (high - middle) * sizeof(int32_t))
        memcpy(self.shifted + low + high - middle, self.words + low, (middle - low) * sizeof(int32_t))
        memcpy(self.shifted + high, self.words + high, (self.n_hyp - high) * sizeof(int32_t))
        while low < high and self.shifted[low] == self.words[low]:
            low += 1
        if low == high:
            return distance
        while self.shifted[high - 1] == self.words[high - 1]:
            high -= 1
        above = self.row(low)
        into = self.spare
        for i in range(low + 1, self.n_hyp + 1):
            self.fill_row(i, self.shifted[i - 1], above, into, NULL)
            first = self.first[i]
            if i >= high:
                # From here on the words are the same. Where all cells of a row cost the same more than unshifted, so
                # do all cells of the rows below: a row is made of the row above by sums and minima.
                unshifted = self.row(i)
                more = into[0] - unshifted[0]
                for j in range(1, self.last[i] - first):
                    if into[j] - unshifted[j] != more:
                        break
                else:
                    return distance + more
            above = into
            into = self.spare + self.width if into == self.spare else self.spare
        return above[self.n_ref - self.first[self.n_hyp]]


cdef int32_t *_row(Py_ssize_t size) except NULL:
    return <int32_t *>_memory(size, sizeof(int32_t))


cdef void *_memory(Py_ssize_t count, Py_ssize_t size) except NULL:
    cdef void *found = malloc((count + 1) * size)
    if found == NULL:
        raise MemoryError
    return found
