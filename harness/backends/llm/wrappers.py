"""What chat models say around a translation: labels, announcements, notes, offers of help, the source again.

Each function gives what remains, or the text itself. Whether that is a translation, `answers` asks `Question.fits`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from harness.backends.llm.candidates import Question, fold

_LANGUAGE = (
    "english|chinese|german|french|spanish|russian|japanese|korean|italian|portuguese|czech|ukrainian|arabic|hindi|"
    "simplified chinese|traditional chinese|deutsch\\w*|englisch\\w*|chinesisch\\w*|français\\w*|anglais\\w*|"
    "chinois\\w*|"
    "español\\w*|inglés\\w*|chino|русск\\w*|английск\\w*|китайск\\w*|英语|英文|中文|汉语|日语|日文|日本語|英語|"
    "中国語|영어|한국어|중국어|"
    "en|eng|zh|de|fr|es|ru|ja|ko"
)
_TRANSLATION = (
    "translation|translated(?: text| version| sentence)?|translate|target(?: text)?|übersetzung|übersetzter text|"
    "traduction|traducción|traduzione|tradução|перевод|переклад|překlad|tłumaczenie|译文|翻译|译|翻译结果|翻訳|"
    "訳文|訳|번역|번역문"
)
_WORD = rf"(?:{_LANGUAGE}|{_TRANSLATION})"
_LABEL = re.compile(
    rf"""\A[\s*_#>\[【("“-]*
    (?:(?:the|my|here\ is\ the|final|corrected|improved|direct|literal|possible|suggested|best|最终|参考|完整)\s*)*
    (?:{_WORD}(?:\s*[-–/()（）]?\s*(?:{_WORD}|text|version|sentence|结果|如下|版本?|版|为))*
      |output|answer|assistant|response|result|final\ answer|ai|a|antwort|réponse|respuesta|ответ|回答|答案|输出|结果)
    (?:\s*\((?:{_WORD}|[a-z]{{2}}(?:[-_][a-z]{{2,4}})?)\))?(?:\s*(?:is|lautet|est|es)(?=\s*[:：]))?
    [\s*_\]】)"”]*(?:[:：]|—|\n|\s[-–]\s)[\s*_]*""",
    re.IGNORECASE | re.VERBOSE,
)
#: A first sentence in which the assistant announces a translation.
_ANNOUNCES = re.compile(
    r"""\A\W*(?:
    (?:(?:sure|certainly|of\ course|absolutely|okay|ok|yes|great|gladly|no\ problem
      |happy\ to\ help)\b[^\n:：]{0,60}[,!.;—–-]*\s*)?
    (?:(?:here(?:['’]s|\ is|\ are|\ you\ go)|below\ (?:is|are)|the\ following\ is|this\ is|please\ find
      |i(?:['’]ve|\ have)?\ (?:will\ )?translat\w*|let\ me\ translate|the\ (?:\w+\ )?(?:translation|text|sentence
      |phrase)|translates\ (?:to|as)|this\ (?:translates|can\ be|would\ be|could\ be|means)|in\ (?:english
      |chinese|german|french|spanish|russian|japanese)\b|it\ translates|translat(?:ed|ing|ion)|a\ (?:natural|good
      |possible|suitable|literal)\ translation)[^\n:：]{0,140}[:：]
      |(?:sure|certainly|of\ course|absolutely|okay|ok)[^\n:：.!]{0,80}[:：])
  | (?:好的|当然(?:可以)?|没问题|可以|好)?[，,。！!]?\s*(?:以下|下面|这)(?:是|为)[^\n:：]{0,40}[:：]
  | (?:好的|当然(?:可以)?|没问题)[，,。！!][^\n:：]{0,40}[:：]
  | (?:翻译|译文|译成\S{1,4}|翻译成\S{1,4})(?:如下|结果|是|为)[^\n:：]{0,10}[:：]
  | (?:gerne|natürlich|klar|sicher)?[,!.]?\s*(?:hier\ (?:ist|sind|die)|die\ (?:deutsche\ )?übersetzung
    |das\ bedeutet)[^\n:：]{0,80}[:：]
  | (?:bien\ sûr|volontiers|certainement)?[,!.]?\s*(?:voici|la\ traduction)[^\n:：]{0,80}[:：]
  | (?:claro|por\ supuesto)?[,!.]?\s*(?:aquí\ (?:está|tienes|tiene)|la\ traducción)[^\n:：]{0,80}[:：]
  | (?:конечно)?[,!.]?\s*(?:вот|перевод)[^\n:：]{0,80}[:：]
  | (?:はい)?[、。]?\s*(?:以下|こちら|翻訳)(?:が|は|の)[^\n:：]{0,40}(?:です|ます)?[:：]
  | (?:네)?[,.]?\s*(?:다음은|번역은|아래는)[^\n:：]{0,40}[:：]
  )\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_OF_TRANSLATION = re.compile("translat|english|chinese|翻译|译|英文|英语|übersetz|tradu|перев|翻訳|번역", re.IGNORECASE)
#: The same as a line of its own, without a colon.
_GREETS = re.compile(
    r"\A\W*(?:sure|certainly|of course|absolutely|okay|ok|great|gladly|好的|当然|没问题|gerne|natürlich|"
    r"bien sûr|claro|"
    r"конечно|はい|네)(?!\w)[^\n:：]{0,60}[!.。！,，]?\s*\n+",
    re.IGNORECASE,
)
NOTE_WORDS = (
    "translator['’]?s? notes?|notes?|n\\.b\\.|nb|explanations?|remarks?|comments?|commentary|context|"
    "clarification|breakdown|"
    "rationale|literal(?:ly| translation| meaning)?|pronunciation|pinyin|key (?:terms|points)|"
    "grammar(?: notes?)?|vocabulary|"
    "terminology|reasoning|analysis|hinweis\\w*|anmerkung\\w*|erläuterung\\w*|remarques?|notes? du traducteur|notas?|"
    "примечани\\w*|пояснени\\w*|译者注|译注|注|注意|注释|附注|备注|说明|解释|解析|分析|拼音|提示|注記|訳注|補足|"
    "解説|참고|설명|주"
)
_NOTE = re.compile(
    rf"(?:\n|"
    rf"\A)[ \t]*(?:[-*_=]{{3,}}[ \t]*\n\s*)?[(（\[*_#> ]*(?:{NOTE_WORDS})(?![A-Za-z])[^\n:：]{{0,50}}?[*_]*[:：，—]",
    re.IGNORECASE,
)
_INLINE_NOTE = re.compile(
    rf"\s*[(（\[](?:{NOTE_WORDS})(?![A-Za-z])[^()（）:：]{{0,30}}[:：].*\Z", re.IGNORECASE | re.DOTALL
)
NOTE_IN_SOURCE = re.compile(
    rf"(?:\A|[\n(（【\[。；;,，])\s*[*_]*(?:{NOTE_WORDS})[^\n:：]{{0,20}}[:：]|备注|说明|附注|注释|译注|解释|"
    rf"\bnote\b|\bhinweis\b",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"""(?:\n\s*|(?<=[.!?。！？”"])\s+)[*_(-]*(?:
    let\ me\ know\ (?:if|whether|should|when) | (?:please\ )?feel\ free\ to\ (?:ask|let|reach|contact)
      | i\ hope\ (?:this|that|it)\ (?:helps|is|works|translation) | hope\ this\ helps
  | (?:if|should)\ you\ (?:need|have|would\ like|want|require|prefer)\ (?:any|more|me|further|another|a|help
    |additional|the|to\ (?:adjust|change|make))
  | (?:would|do)\ you\ (?:like|want|need)\ (?:me|any|another|a|further|to\ (?:adjust|see))
    | is\ there\ anything\ else | please\ let\ me\ know\b | i(?:['’]m|\ am)\ happy\ to\ (?:help|adjust|revise)
  | (?:this|the)\ translation\ (?:is|keeps|preserves|captures|conveys|maintains|aims|uses|reflects|sounds|follows)
  | (?:如果|如|若)(?:您|你)?(?:需要|有|还有|想|要)[^\n]{0,30}(?:请|告诉|随时|调整|帮助|吗) | 希望(?:这|对
    |能)[^\n]{0,20}(?:帮助|有用|满意)
    | 请(?:随时)?(?:告诉|联系)我 | 还需要(?:我)?[^\n]{0,20}吗
  | (?:falls|wenn)\ (?:sie|du)\ (?:weitere|noch|fragen|möchten) | n['’]hésitez\ pas | si\ vous\ (?:avez|souhaitez
    |voulez) | (?:si\ necesita|no\ dude|avísame|dime\ si) | если\ (?:вам|нужно|хотите) | дайте\ знать
  | (?:他に|何か)[^\n]{0,20}(?:ください|ますか) | (?:더|필요)[^\n]{0,20}(?:주세요|까요)
  ).*\Z""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_OPTION = re.compile(
    r"(?:\A|\n)[ \t*_#-]*(?:(?:option|version|alternative|translation|variant|可选|版本|译法|方案|选项|variante|"
    r"вариант)\s*(?:\d|[a-c一二三])\b|\(?[12][.)、：:](?=\s|\S)|[a-b][.)]\s)",
    re.IGNORECASE,
)
_OR = re.compile(
    r"(?:\A|\n|[.!?。！？”\"]\s*)[ \t*_(]*(?:or(?:\s*,)?(?=\s*[:\n“\"])|or\s*:|alternatively\b|another (?:option|"
    r"translation|version)|"
    r"alternative (?:translation|version)s?|other options|more (?:formal|natural|literal)(?:ly)?\s*[:：]|"
    r"或者?(?:[:：]|译为|可译)|另一种|也可以?(?:译|翻)|"
    r"oder\s*:|ou\s*:|o bien|или\s*:|または)",
    re.IGNORECASE,
)
PINYIN = re.compile("[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜĀÁǍÀĒÉĚÈ]")


def without_label(text: str) -> str:
    """A text without "Translation:", "EN:", "译文：" and the like before it."""
    found = _LABEL.match(text)
    return text if found is None else text[found.end() :]


def without_announcement(text: str) -> str:
    """A text without "Sure! Here is the translation:" and the like before it."""
    for pattern in (_ANNOUNCES, _GREETS):
        found = pattern.match(text)
        if found is not None:
            return text[found.end() :]
    return text


def without_announced_translation(text: str) -> str:
    """As `without_announcement`, where a translation is announced and nothing else."""
    found = _ANNOUNCES.match(text)
    return text[found.end() :] if found is not None and _OF_TRANSLATION.search(found[0]) else text


def without_notes(text: str) -> str:
    """A text up to its first note: a line or a bracket that begins with Note, Explanation, 注 and the like."""
    places = [m.start() for m in (_NOTE.search(text, 1), _INLINE_NOTE.search(text)) if m is not None]
    return text[: min(places)] if places else text


def without_closing(text: str) -> str:
    """A text up to where the assistant offers more help or speaks of its translation."""
    found = _CLOSING.search(text)
    return text[: found.start()] if found is not None and found.start() > 0 else text


def has_options(text: str) -> bool:
    """Whether a text offers several translations."""
    return len(_OPTION.findall(text)) >= 2 or _OR.search(text) is not None


def without_echo_of(question: Question) -> Callable[[str], str]:
    """Takes the source away where it stands before or behind a text, in brackets, or with an arrow between them."""
    return lambda text: _without_echo(text, question)


def _without_echo(text: str, question: Question) -> str:
    source = question.source.strip()
    for start in (text.find(source), text.rfind(source)) if source else ():
        if start < 0:
            continue
        before, after = text[:start], text[start + len(source) :]
        if not after.strip(_AROUND):
            rest = before.rstrip(_BEFORE)
            if rest and before[len(rest)] in "(（[":
                continue  # "Li Bai(李白)" is one name
        else:
            rest = "" if before.strip(_AROUND) else after.lstrip(_AFTER)
        if rest.strip():
            return rest.strip()
    lines = text.split("\n")
    if len(lines) > 1:
        kept = [line for line in lines if not (question.is_echo(line) or _is_line_of(line, question))]
        if kept and len(kept) < len(lines):
            return "\n".join(kept).strip()
    return text


_AROUND = " \t\r\n\"“”'‘’「」*_`>#()（）[]:：=-–—→⇒-"
_BEFORE = ' \t\r\n(（[=→⇒:：-–—"“'
_AFTER = ' \t\r\n)）]=→⇒:：-–—>"”*_`'


def _is_line_of(line: str, question: Question) -> bool:
    """Whether a line is one of the source's own lines, in letters that the target does not have."""
    return question.in_source_script(line) and fold(line) in {fold(one) for one in question.source.split("\n")}


def without_foreign_lines_of(question: Question) -> Callable[[str], str]:
    """Takes the lines at the ends of a text away that are in the source's script: comments, and what was copied."""
    return lambda text: _without_foreign_lines(text, question)


def _without_foreign_lines(text: str, question: Question) -> str:
    lines = text.split("\n")
    kept = list(lines)
    while len(kept) > 1 and (not kept[-1].strip() or question.in_source_script(kept[-1])):
        kept.pop()
    while len(kept) > 1 and (not kept[0].strip() or question.in_source_script(kept[0])):
        kept.pop(0)
    return "\n".join(kept)


def without_pinyin(text: str) -> str:
    """A text without lines of pinyin."""
    lines = text.split("\n")
    kept = [line for line in lines if len(PINYIN.findall(line)) < max(2, len(line.split()) / 3)]
    return "\n".join(kept) if kept else text


def says_twice(text: str) -> bool:
    """Whether the letters of a text are some letters twice."""
    folded = fold(text)
    half = len(folded) // 2
    return half > 0 and folded[:half] == folded[half:]


def once(text: str) -> str:
    """A text that says one thing twice, once."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if len(lines) == 2 and fold(lines[0]) == fold(lines[1]):
        return lines[0]
    half = len(text) // 2
    for at in (half, half + 1):
        if len(text) >= 20 and text[:at].strip() == text[at:].strip():
            return text[:at].strip()
    return text
