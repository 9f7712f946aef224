# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
"""The n-gram statistics of BLEU and chrF, bit for bit those of sacreBLEU 2.6.0, some forty times as fast.

sacreBLEU builds a dictionary of n-grams for every hypothesis and every reference. Here the n-grams of a reference go
into a trie once; the hypotheses of all systems walk through it, and what they do not find is never stored.

    Numbers    a growable row of 32-bit numbers: code points, or the numbers of words
    Trie       n-grams of numbers with their counts
    Words      a text cut into words, and their numbers in a vocabulary (a Trie of code points)

Text is cleaned with Python's own `str` methods and split with Python's own idea of white space, so that nothing here
depends on a second opinion about Unicode. To follow the code, no C is needed beyond pointers to rows of numbers.
"""

from cpython.unicode cimport Py_UNICODE_ISSPACE
from libc.stdint cimport uint32_t, uint64_t
from libc.stdlib cimport free, realloc
from libc.string cimport memcpy, memset

TOKENIZERS = ("13a", "none", "zh", "char")

cdef double EPSILON = 1e-16
cdef uint32_t UNKNOWN = 0xFFFFFFFE
cdef enum:
    MOST_ORDERS = 128


cdef class Numbers:
    """A growable row of numbers. `reserve` before writing through `data`; `size` says how many count."""

    cdef uint32_t *data
    cdef Py_ssize_t size
    cdef Py_ssize_t room

    def __dealloc__(self):
        free(self.data)

    cdef int reserve(self, Py_ssize_t room) except -1:
        if room > self.room:
            room += room // 2 + 64
            data = <uint32_t *>realloc(self.data, room * sizeof(uint32_t))
            if data == NULL:
                raise MemoryError
            self.data = data
            self.room = room
        return 0

    cdef int put(self, uint32_t number) except -1:
        self.reserve(self.size + 1)
        self.data[self.size] = number
        self.size += 1
        return 0

    cdef int read(self, str text) except -1:
        """The code points of `text`."""
        cdef Py_UCS4 char
        cdef uint32_t *into
        self.reserve(len(text))
        into = self.data
        for char in text:
            into[0] = char
            into += 1
        self.size = len(text)
        return 0

    cdef int read_solid(self, str text) except -1:
        """The code points of `text` without white space."""
        cdef Py_UCS4 char
        cdef uint32_t *into
        self.reserve(len(text))
        into = self.data
        for char in text:
            if not Py_UNICODE_ISSPACE(char):
                into[0] = char
                into += 1
        self.size = into - self.data
        return 0


cdef struct Slot:
    uint64_t key   # the parent's node and the number that leads here; 0 is a free slot
    uint32_t node  # the node it leads to


cdef inline Slot *find(Slot *slots, int bits, uint32_t parent, uint32_t number) noexcept nogil:
    """The slot of a child of a node, or the free one where it would stand. Keys are exact: none collide."""
    cdef uint64_t key = (<uint64_t>parent << 32) | (number + 1)
    cdef uint32_t mask = (1u << bits) - 1
    cdef uint32_t place = <uint32_t>((key * <uint64_t>0x9E3779B97F4A7C15) >> (64 - bits))
    while slots[place].key != key and slots[place].key != 0:
        place = (place + 1) & mask
    return &slots[place]


cdef class Trie:
    """N-grams of numbers, a count at each, in one hash table that is used again for the next segment.

    Nodes are numbered from 1 as they come, the root is 0; what is known of them stands in rows, close together.
    """

    cdef Slot *slots
    cdef int bits            # the table has 2 ** bits places at the moment
    cdef int allocated
    cdef uint32_t nodes      # how many there are, with the root
    cdef Numbers counts      # how often an n-gram may be matched
    cdef Numbers left        # how often it may still be matched by the text in hand
    cdef Numbers suffixes    # the node of the n-gram without its first number
    cdef Numbers rows        # the nodes of the n-grams that begin at one place, and at the next

    def __cinit__(self):
        self.allocated = -1
        self.counts = Numbers()
        self.left = Numbers()
        self.suffixes = Numbers()
        self.rows = Numbers()

    def __dealloc__(self):
        free(self.slots)

    cdef int begin(self, Py_ssize_t most) except -1:
        """Forget everything; make room for `most` n-grams at a load of one half."""
        self.bits = 4
        while (<Py_ssize_t>1 << self.bits) < 2 * most:
            self.bits += 1
        if self.bits > 31:
            raise MemoryError("a segment is too long for the n-gram table")
        if self.bits > self.allocated:
            slots = <Slot *>realloc(self.slots, (<size_t>1 << self.bits) * sizeof(Slot))
            if slots == NULL:
                raise MemoryError
            self.slots = slots
            self.allocated = self.bits
        memset(self.slots, 0, (<size_t>1 << self.bits) * sizeof(Slot))
        self.counts.reserve(most + 1)
        self.left.reserve(most + 1)
        self.suffixes.reserve(most + 1)
        self.counts.data[0] = self.suffixes.data[0] = 0
        self.nodes = 1
        return 0

    cdef inline uint32_t child(self, uint32_t parent, uint32_t number) noexcept:
        """The child of a node, or 0."""
        return find(self.slots, self.bits, parent, number).node

    cdef inline uint32_t grown(self, uint32_t parent, uint32_t number) noexcept:
        """The child of a node, which is there from now on."""
        cdef Slot *slot = find(self.slots, self.bits, parent, number)
        if slot.key == 0:
            slot.key = (<uint64_t>parent << 32) | (number + 1)
            slot.node = self.nodes
            self.counts.data[self.nodes] = self.left.data[self.nodes] = self.suffixes.data[self.nodes] = 0
            self.nodes += 1
        return slot.node

    cdef int learn(self, uint32_t *numbers, Py_ssize_t length, int order) except -1:
        """Add a reference: every n-gram's count becomes the larger of its count so far and its count in this text."""
        cdef Py_ssize_t start
        cdef int n, most
        cdef uint32_t node
        cdef uint32_t *here
        cdef uint32_t *before
        cdef uint32_t *seen = self.left.data
        cdef uint32_t *counts = self.counts.data
        self.rows.reserve(2 * order)
        here, before = self.rows.data, self.rows.data + order
        memset(seen, 0, self.nodes * sizeof(uint32_t))
        for start in range(length):
            here, before = before, here
            most = <int>min(order, length - start)
            node = 0
            for n in range(most):
                node = self.grown(node, numbers[start + n])
                seen[node] += 1
                here[n] = node
            if start > 0:
                # Without its first number, an n-gram that began one place before is an (n-1)-gram that begins here.
                for n in range(min(most, order - 1)):
                    self.suffixes.data[before[n + 1]] = here[n]
        for node in range(1, self.nodes):
            counts[node] = max(counts[node], seen[node])
        return 0

    cdef void match(self, uint32_t *numbers, Py_ssize_t length, int order, uint32_t *matched) noexcept:
        """Add to matched[n - 1] how many n-grams of a hypothesis are in the references, clipped at their counts.

        At every place the longest n-gram that ends here and is in a reference leads to all the others that end here:
        they are its suffixes (as in Aho and Corasick 1975), so that most n-grams are met without a look-up.
        """
        cdef Py_ssize_t end
        cdef int depth = 0, n
        cdef uint32_t node = 0, child, suffix, hit
        cdef uint32_t *left = self.left.data
        cdef uint32_t *suffixes = self.suffixes.data
        memcpy(left, self.counts.data, self.nodes * sizeof(uint32_t))
        for end in range(length):
            if depth == order:
                node = suffixes[node]
                depth -= 1
            child = self.child(node, numbers[end])
            while child == 0 and depth > 0:
                node = suffixes[node]
                depth -= 1
                child = self.child(node, numbers[end])
            if child == 0:
                continue
            node = suffix = child
            depth += 1
            for n in range(depth - 1, -1, -1):
                hit = left[suffix] > 0
                left[suffix] -= hit
                matched[n] += hit
                suffix = suffixes[suffix]


# ---- words ----

cdef enum:
    DIGIT = 1
    STOP = 2     # , .
    HYPHEN = 4
    SYMBOL = 8   # what TokenizerRegexp separates everywhere: ASCII marks without ' , - and the full stop
    SPACE = 16   # ASCII white space, as Python's `str.isspace` has it
    MARK = 32    # Python's string.punctuation

cdef int SPECIAL = STOP | HYPHEN | SYMBOL | SPACE  # where a word may begin or end

cdef unsigned char KINDS[128]


cdef void _fill_kinds() noexcept:
    cdef int code
    for code in range(128):
        KINDS[code] = 0
        if 48 <= code <= 57:
            KINDS[code] |= DIGIT
        if code == 44 or code == 46:
            KINDS[code] |= STOP
        if code == 45:
            KINDS[code] |= HYPHEN
        if 9 <= code <= 13 or 28 <= code <= 32:
            KINDS[code] |= SPACE
        if 33 <= code <= 47 or 58 <= code <= 64 or 91 <= code <= 96 or 123 <= code <= 126:
            KINDS[code] |= MARK
            if code != 39 and code != 44 and code != 45 and code != 46:
                KINDS[code] |= SYMBOL


_fill_kinds()


cdef inline bint has_kind(uint32_t char, int kind) noexcept nogil:
    return char < 128 and KINDS[char] & kind != 0


cdef inline bint is_chinese(uint32_t char) noexcept nogil:
    """In a range of sacreBLEU's `zh` tokenizer.

    Its two last ranges are written with five hexadecimal digits after \\u, which Python reads as a character and a
    digit: as strings compare, they hold U+2001 to U+2A6D and U+2F81 to U+2FA1, and not the ideographs that were meant.
    """
    if char < 0x2001:
        return False
    return (
        char <= 0x2A6D
        or 0x2E80 <= char <= 0x2EFF
        or 0x2F00 <= char <= 0x2FDF
        or 0x2FF0 <= char <= 0x2FFF
        or 0x3000 <= char <= 0x303F
        or 0x3100 <= char <= 0x312F
        or 0x31A0 <= char <= 0x31BF
        or 0x31C0 <= char <= 0x31EF
        or 0x3200 <= char <= 0x33FF
        or 0x3400 <= char <= 0x4DB5
        or 0x4E00 <= char <= 0x9FBB
        or 0xF900 <= char <= 0xFA2D
        or 0xFA30 <= char <= 0xFA6A
        or 0xFA70 <= char <= 0xFAD9
        or 0xFE10 <= char <= 0xFE1F
        or 0xFE30 <= char <= 0xFE4F
        or 0xFF00 <= char <= 0xFFEF
    )


def zh_tokenizer_separates(str char not None):
    """Whether the `zh` tokenizer makes a word of this character; for tests."""
    return is_chinese(ord(char))


cdef class Words:
    """A text cut into words: word i is text.data[starts.data[i] : ends.data[i]]."""

    cdef Numbers text
    cdef Numbers starts
    cdef Numbers ends
    cdef Numbers ids

    def __cinit__(self):
        self.text = Numbers()
        self.starts = Numbers()
        self.ends = Numbers()
        self.ids = Numbers()

    cdef int add(self, Py_ssize_t start, Py_ssize_t end) except -1:
        self.starts.put(<uint32_t>start)
        self.ends.put(<uint32_t>end)
        return 0

    cdef int reserve(self, Py_ssize_t count) except -1:
        self.starts.reserve(count)
        self.ends.reserve(count)
        return 0

    cdef int split(self) except -1:
        """At white space, as `str.split()`."""
        cdef uint32_t *text = self.text.data
        cdef Py_ssize_t i, start = -1, count = 0
        self.reserve(self.text.size // 2 + 1)
        for i in range(self.text.size):
            if not Py_UNICODE_ISSPACE(text[i]):
                if start < 0:
                    start = i
            elif start >= 0:
                self.starts.data[count] = <uint32_t>start
                self.ends.data[count] = <uint32_t>i
                count += 1
                start = -1
        if start >= 0:
            self.starts.data[count] = <uint32_t>start
            self.ends.data[count] = <uint32_t>self.text.size
            count += 1
        self.starts.size = self.ends.size = count
        return 0

    cdef int split_characters(self) except -1:
        """Every character that is not white space is a word."""
        cdef Py_ssize_t i
        self.starts.size = self.ends.size = 0
        for i in range(self.text.size):
            if not Py_UNICODE_ISSPACE(self.text.data[i]):
                self.add(i, i + 1)
        return 0

    cdef int split_marks(self, str text) except -1:
        """At white space, then one mark off the end of a word or else off its beginning: the words of chrF++."""
        cdef Py_ssize_t i, start, end, count
        self.text.read(text)
        self.split()
        # The cut words go behind the whole ones, which are then moved away.
        count = self.starts.size
        for i in range(count):
            start, end = self.starts.data[i], self.ends.data[i]
            if end - start > 1 and has_kind(self.text.data[end - 1], MARK):
                self.add(start, end - 1)
                self.add(end - 1, end)
            elif end - start > 1 and has_kind(self.text.data[start], MARK):
                self.add(start, start + 1)
                self.add(start + 1, end)
            else:
                self.add(start, end)
        for i in range(count, self.starts.size):
            self.starts.data[i - count] = self.starts.data[i]
            self.ends.data[i - count] = self.ends.data[i]
        self.starts.size -= count
        self.ends.size -= count
        return 0

    cdef int split_western(self, bint chinese) except -1:
        r"""As sacreBLEU's TokenizerRegexp, or with `chinese` TokenizerZh, but in one go.

        Theirs are four substitutions that put blanks around what then becomes a word of its own:

            symbols anywhere    ([\{-\~\[-\` -\&\(-\+\:-\@\/]) to " \1 "
            stops               ([^0-9])([\.,]) to "\1 \2 ", then ([\.,])([^0-9]) to " \1 \2"
            hyphens             ([0-9])(-) to "\1 \2 "

        What a match has consumed is not there for the next one. So in a row of stops the first rule takes every other
        one (the first of them, unless it follows a digit or begins the text), and the second takes those that are left
        unless a digit or the end of the text follows: "a..5" is "a", ".", ".5".
        """
        cdef uint32_t *text = self.text.data
        cdef Py_ssize_t size = self.text.size, i, start = -1, count = 0
        cdef uint32_t char
        cdef int kind
        cdef bint alone, taken = False
        self.reserve(size)
        for i in range(size):
            char = text[i]
            if char < 128:
                kind = KINDS[char]
                if kind & SPECIAL == 0:
                    if start < 0:
                        start = i
                    continue
                if kind & STOP:
                    if i > 0 and has_kind(text[i - 1], STOP):
                        taken = not taken
                    else:
                        taken = i > 0 and not has_kind(text[i - 1], DIGIT)
                    alone = taken or (i + 1 < size and not has_kind(text[i + 1], DIGIT))
                elif kind & HYPHEN:
                    alone = i > 0 and has_kind(text[i - 1], DIGIT)
                else:
                    alone = kind & SYMBOL
            else:
                kind = SPACE if Py_UNICODE_ISSPACE(char) else 0
                alone = chinese and is_chinese(char)
            if not alone and kind & SPACE == 0:
                if start < 0:
                    start = i
                continue
            if start >= 0:
                self.starts.data[count] = <uint32_t>start
                self.ends.data[count] = <uint32_t>i
                count += 1
                start = -1
            if kind & SPACE == 0:
                self.starts.data[count] = <uint32_t>i
                self.ends.data[count] = <uint32_t>(i + 1)
                count += 1
        if start >= 0:
            self.starts.data[count] = <uint32_t>start
            self.ends.data[count] = <uint32_t>size
            count += 1
        self.starts.size = self.ends.size = count
        return 0

    cdef int tokenize(self, str text, int tokenizer) except -1:
        """As sacreBLEU's BLEU does with `text.rstrip()`; `tokenizer` is a position in TOKENIZERS."""
        text = text.rstrip()
        if tokenizer == 0:
            self.text.read(_clean_13a(text))
            return self.split_western(False)
        if tokenizer == 2:
            self.text.read(text.strip())
            return self.split_western(True)
        self.text.read(text)
        return self.split_characters() if tokenizer == 3 else self.split()

    cdef int number(self, Trie vocabulary, bint create) except -1:
        """Fill `ids`: a word's number is its last letter's node in the vocabulary, or UNKNOWN."""
        cdef Py_ssize_t i, position
        cdef uint32_t node
        cdef uint32_t *text = self.text.data
        self.ids.reserve(self.starts.size)
        self.ids.size = self.starts.size
        for i in range(self.starts.size):
            node = 0
            for position in range(self.starts.data[i], self.ends.data[i]):
                node = vocabulary.grown(node, text[position]) if create else vocabulary.child(node, text[position])
                if node == 0:
                    node = UNKNOWN
                    break
            self.ids.data[i] = node
        return 0


cdef str as_text(object value):
    """The value as a text. A variable of type `str` may hold None, and what lies behind None is not ours to read."""
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"a text is needed, and this is {type(value).__name__}")


cdef str _clean_13a(str line):
    """What the 13a tokenizer replaces before it looks at characters; in this order, as sacreBLEU does."""
    if "<" in line:
        line = line.replace("<skipped>", "")
    if "\n" in line:
        line = line.replace("-\n", "").replace("\n", " ")
    if "&" in line:
        line = line.replace("&quot;", '"').replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    return f" {line} "


def tokenize(str text not None, str tokenizer not None):
    """The words of `text`, as sacreBLEU's tokenizer and BLEU's own splitting give them; for tests."""
    cdef Words words = Words()
    words.tokenize(text, TOKENIZERS.index(tokenizer))
    return [
        "".join([chr(words.text.data[k]) for k in range(words.starts.data[i], words.ends.data[i])])
        for i in range(words.starts.size)
    ]


# ---- BLEU ----

def bleu(units, groups, str tokenizer not None, bint lowercase, int order, double[:, ::1] out):
    """Fill `out`: a row [hypothesis length, reference length, correct 1..order, total 1..order] for every unit.

    Args:
        units: objects with `hypothesis` and `references`.
        groups: references to the positions of the units that have them.
        tokenizer: one of TOKENIZERS.
        lowercase: whether case is ignored.
        order: the longest n-grams.
        out: shape (units, 2 + 2 * order).
    """
    cdef int kind = TOKENIZERS.index(tokenizer)
    cdef Words words = Words(), reference
    cdef Trie vocabulary = Trie(), ngrams = Trie()
    cdef list known = []
    cdef Py_ssize_t position, length, letters, total
    cdef str text
    cdef uint32_t matched[MOST_ORDERS]
    cdef double *row
    cdef int n
    if order > MOST_ORDERS:
        raise ValueError(f"at most {MOST_ORDERS} orders")
    for references, positions in groups.items():
        known = [known[i] if i < len(known) else Words() for i in range(len(references))]
        letters = total = 0
        for value, reference in zip(references, known):
            text = as_text(value)
            reference.tokenize(text.lower() if lowercase else text, kind)
            letters += reference.text.size
            total += reference.starts.size
        vocabulary.begin(letters)
        ngrams.begin(total * order)
        for reference in known:
            reference.number(vocabulary, True)
            ngrams.learn(reference.ids.data, reference.ids.size, order)
        for position in positions:
            text = as_text(units[position].hypothesis)
            words.tokenize(text.lower() if lowercase else text, kind)
            words.number(vocabulary, False)
            length = words.ids.size
            row = &out[position, 0]
            row[0] = length
            row[1] = _closest(known, length)
            memset(matched, 0, sizeof(matched))
            ngrams.match(words.ids.data, length, order, matched)
            for n in range(order):
                row[2 + n] = matched[n]
                row[2 + order + n] = max(0, length - n)


cdef Py_ssize_t _closest(list references, Py_ssize_t length):
    """The reference length nearest to the hypothesis's; of two equally near, the shorter."""
    cdef Words reference
    cdef Py_ssize_t best = -1, this
    for reference in references:
        this = reference.ids.size
        if best < 0 or abs(length - this) < abs(length - best) or (
            abs(length - this) == abs(length - best) and this < best
        ):
            best = this
    return best


# ---- chrF ----

cdef class Reference:
    """One reference as chrF needs it: n-grams of characters, of words, and how many of both there are."""

    cdef Trie characters
    cdef Trie vocabulary
    cdef Trie words
    cdef Py_ssize_t n_characters
    cdef Py_ssize_t n_words

    def __cinit__(self):
        self.characters = Trie()
        self.vocabulary = Trie()
        self.words = Trie()


def chrf(units, groups, int char_order, int word_order, double factor, options, double[:, ::1] out):
    """Fill `out`: a row of [hypothesis, reference, matching n-grams] for every order, characters before words.

    Args:
        units: objects with `hypothesis` and `references`.
        groups: references to the positions of the units that have them.
        char_order: the longest n-grams of characters.
        word_order: the longest n-grams of words.
        factor: beta squared; it matters where the best of several references is chosen.
        options: (lowercase, whitespace, eps_smoothing).
        out: shape (units, 3 * (char_order + word_order)).
    """
    cdef bint lowercase, whitespace, eps_smoothing
    lowercase, whitespace, eps_smoothing = options
    cdef Numbers characters = Numbers()
    cdef Words words = Words()
    cdef list known = []
    cdef Reference reference
    cdef Py_ssize_t position, r
    cdef int orders = char_order + word_order, k
    cdef str text
    cdef double stats[3 * MOST_ORDERS]
    cdef double *row
    cdef double score, best_score
    if orders > MOST_ORDERS:
        raise ValueError(f"at most {MOST_ORDERS} orders")
    for references, positions in groups.items():
        while len(known) < len(references):
            known.append(Reference())
        for r in range(len(references)):
            text = as_text(references[r])
            _prepare(known[r], text.lower() if lowercase else text, whitespace, char_order, word_order, words, characters)
        for position in positions:
            text = as_text(units[position].hypothesis)
            if lowercase:
                text = text.lower()
            if whitespace:
                characters.read(text)
            else:
                characters.read_solid(text)
            if word_order > 0:
                words.split_marks(text)
            row = &out[position, 0]
            best_score = -1.0
            for r in range(len(references)):
                reference = known[r]
                _compare(reference, characters, words, char_order, word_order, stats)
                score = _f_score(stats, orders, factor, eps_smoothing)
                if score > best_score:
                    best_score = score
                    for k in range(3 * orders):
                        row[k] = stats[k]


cdef int _prepare(
    Reference reference, str text, bint whitespace, int char_order, int word_order, Words words, Numbers characters
) except -1:
    if whitespace:
        characters.read(text)
    else:
        characters.read_solid(text)
    reference.n_characters = characters.size
    reference.characters.begin(characters.size * char_order)
    reference.characters.learn(characters.data, characters.size, char_order)
    if word_order > 0:
        words.split_marks(text)
        reference.vocabulary.begin(words.text.size)
        words.number(reference.vocabulary, True)
        reference.n_words = words.ids.size
        reference.words.begin(words.ids.size * word_order)
        reference.words.learn(words.ids.data, words.ids.size, word_order)
    return 0


cdef int _compare(
    Reference reference, Numbers characters, Words words, int char_order, int word_order, double *stats
) except -1:
    """The statistics of a hypothesis against one reference."""
    cdef uint32_t matched[MOST_ORDERS]
    cdef int n
    cdef Py_ssize_t hyp, ref
    memset(matched, 0, sizeof(matched))
    reference.characters.match(characters.data, characters.size, char_order, matched)
    if word_order > 0:
        words.number(reference.vocabulary, False)
        reference.words.match(words.ids.data, words.ids.size, word_order, matched + char_order)
    for n in range(char_order + word_order):
        if n < char_order:
            hyp, ref = characters.size - n, reference.n_characters - n
        else:
            hyp, ref = words.ids.size - (n - char_order), reference.n_words - (n - char_order)
        # Where the reference has no n-gram of this length, those of the hypothesis do not count against it.
        stats[3 * n] = max(0, hyp) if ref > 0 else 0
        stats[3 * n + 1] = max(0, ref)
        stats[3 * n + 2] = matched[n]
    return 0


cdef double _f_score(double *stats, int orders, double factor, bint eps_smoothing) noexcept:
    """`CHRF._compute_f_score`, operation by operation: a rounding apart, and another reference may look best."""
    cdef double score = 0.0, mean_precision = 0.0, mean_recall = 0.0, precision, recall, denominator
    cdef int counted = 0, n
    for n in range(orders):
        precision = stats[3 * n + 2] / stats[3 * n] if stats[3 * n] > 0 else EPSILON
        recall = stats[3 * n + 2] / stats[3 * n + 1] if stats[3 * n + 1] > 0 else EPSILON
        denominator = factor * precision + recall
        score += (1 + factor) * precision * recall / denominator if denominator > 0 else EPSILON
        if stats[3 * n] > 0 and stats[3 * n + 1] > 0:
            mean_precision += precision
            mean_recall += recall
            counted += 1
    if eps_smoothing:
        return 100 * score / orders
    if counted > 0:
        mean_precision /= counted
        mean_recall /= counted
    if mean_precision + mean_recall == 0:
        return 0.0
    score = (1 + factor) * mean_precision * mean_recall
    score /= factor * mean_precision + mean_recall
    return 100 * score
