"""What a chat model says as an assistant, and not as a translator: refusals, requests for input.

A refusal has no counterpart in the source. One that speaks of the task (a translation, the text that was given, being
a language model) needs a source that does; one that only apologises or cannot needs a source with an apology, an
inability or a first person.
"""

from __future__ import annotations

import re

_FLAGS = re.IGNORECASE | re.VERBOSE | re.DOTALL

#: Speaks of the task or of itself as a program; looked for at the beginning.
_OF_THE_TASK = re.compile(
    r"""\W*(?:
    (?:(?:i['’]?m|i\ am|we\ are)\ (?:very\ |so\ |truly\ )?(?:sorry|afraid)|sorry|my\ apologies|i\ apologi[sz]e
      |unfortunately)
        [^.!?\n]{0,80}?\b(?:translat|language\ model|this\ request|that\ request|your\ request|this\ content
          |the\ (?:text|content|sentence|input|source|image|file)\b)
  | (?:i|we)(?:['’]m|\ am|\ are)?\ ?(?:can(?:no|['’])?t|cannot|can\ not|am\ unable\ to|am\ not\ able\ to
    |['’]m\ unable\ to|unable\ to|won['’]?t|will\ not|do\ not|don['’]?t)
        [^.!?\n]{0,60}?\b(?:translat\w*|fulfil\w*\ (?:this|that|your)|comply\ with|(?:assist
          |help)\ (?:you\ )?with\ (?:this|that|your)|enough\ (?:context|information)|see\ (?:any|the)\ (?:text
          |source)|provide\ (?:a|the|any|that|this)\ \w*)
  | as\ an?\ (?:ai|artificial\ intelligence|large\ language\ model|language\ model|assistant)\b
  | i\ (?:am|['’]m)\ an?\ (?:ai|large\ language\ model|language\ model)\b
  | (?:please|could\ you(?:\ please)?|can\ you(?:\ please)?|would\ you(?:\ please)?|kindly)\ (?:provide|share
    |send|paste|specify|clarify|supply|enter|give\ me|let\ me\ know)\ [^.!?\n]{0,60}\b(?:text|sentence|source
    |content|context|passage|phrase|translat\w*|input|document|language|complete|correct)
  | (?:it\ (?:seems|looks|appears)(?:\ like|\ that|\ as\ if)?|there\ (?:seems|appears)\ to\ be
    |there\ is)\ [^.!?\n]{0,60}\b(?:you\ (?:provided|gave|sent|entered|have|want|didn)|no\ (?:text|source
    |sentence|content)|your\ (?:message|text|input|request|sentence)|(?:text|sentence|input|message
    |source)\ (?:you|is\ (?:incomplete|missing|empty|cut))|to\ translate)
  | (?:the|this|your)\ (?:provided\ |given\ |input\ |source\ |chinese\ |original\ )?(?:text|sentence|input
    |message|phrase|source|content)\ (?:you\ (?:provided|gave|sent|entered|have)|(?:seems|appears)\ to|provided
    |is\ (?:not|incomplete|unclear|already|empty|in\ english|garbled|a\ bit|nonsens))
  | (?:what|which)\ (?:text|sentence)\ (?:would|do)\ you\b
  | no\ (?:text|source|translation)\ (?:was|is|has\ been)\ (?:provided|given|available|needed)
  | (?:很|非常|十分)?(?:抱歉|对不起|不好意思)[，,、。！!]?\s*(?:但|但是)?(?:我|本人|本模型
    |作为)?[^。！？\n]{0,20}(?:无法|不能|没有办法|没办法
    |未能)[^。！？\n]{0,20}(?:翻译|提供|协助|帮助|处理|回答|理解|满足|完成)
  | 我(?:无法|不能|没有办法|没办法)[^。！？\n]{0,16}(?:翻译|提供翻译|处理(?:这|该|您)|协助您|满足您|回答(?:这|该|您))
  | 作为(?:一个|一名|一款|一位)?[^，。\n]{0,6}(?:ＡＩ|AI|人工智能|大?语言模型)
  | 请(?:您)?(?:提供|输入|发送|给出|告诉我)[^。！？\n]{0,16}(?:文本|原文|句子|内容|上下文|翻译|文字)
  | (?:您|你)(?:提供|输入|发送|给出)的[^。！？\n]{0,10}(?:文本|句子|内容|原文|信息)
  | (?:es\ tut\ mir\ leid|leider|entschuldigung)[^.!?\n]{0,60}\b(?:übersetz|anfrage|text)
  | (?:désolée?|je\ suis\ désolée?|je\ ne\ peux\ pas)[^.!?\n]{0,60}\b(?:tradui|demande|texte)
  | (?:lo\ siento|no\ puedo)[^.!?\n]{0,60}\b(?:traduc|solicitud|texto)
  | (?:извините|к\ сожалению|простите)[^.!?\n]{0,60}(?:перев|запрос|текст)
  | (?:申し訳|すみません)[^。！？\n]{0,40}(?:翻訳|リクエスト|テキスト|お手伝い|対応)
  | (?:죄송)[^.!?\n]{0,40}(?:번역|요청|텍스트)
  )""",
    _FLAGS,
)
#: Only apologises, or only cannot.
_PLAIN = re.compile(
    r"""\W*(?:
    (?:(?:i['’]?m|i\ am|we\ are)\ (?:very\ |so\ |truly\ )?sorry|sorry|my\ apologies
      |i\ apologi[sz]e)[,.!;:\ ]+(?:but\ )?(?:i|we)\b[^.!?\n]{0,20}?(?:can(?:no|['’])?t|cannot|unable|not\ able
      |won['’]?t|don['’]?t)
  | (?:i|we)\ (?:can(?:no|['’])?t|cannot|am\ unable\ to|am\ not\ able\ to|won['’]?t)\ (?:assist|help|do\ that
    |comply|fulfil|continue|engage|discuss|answer)
  | (?:很|非常)?(?:抱歉|对不起)[，,]?\s*(?:但)?我(?:无法|不能|没有办法|没办法)
  )""",
    _FLAGS,
)
#: A source that speaks of translating, of texts and requests, or of language models.
_SOURCE_OF_THE_TASK = re.compile(
    "翻译|译文|译本|译者|原文|人工智能|AI|语言模型|模型|机器人|助手|文本|句子|上下文|请求|输入|提供|内容|信息|"
    "translat|"
    "language model|assistant|sentence|request|provide|input|context|übersetz|modell|tradu|перев|модел|запрос|"
    "翻訳|번역|"
    "모델|text\\b|texte|texto|текст",
    re.IGNORECASE,
)
#: A source with an apology, an inability or a first person.
_SOURCE_PLAIN = re.compile(
    "抱歉|对不起|不好意思|道歉|歉|遗憾|无法|不能|没法|没办法|办不到|做不到|帮不|不会|不可|恕|我|咱|俺|本人|"
    r"\b(?:sorry|apolog\w*|cannot|can['’]?t|can not|unable|won['’]?t|i|we|my|our|me|us|ich|wir|mir|leider|"
    r"kann nicht|je|nous|désolée?|"
    r"peux pas|yo|nosotros|siento|puedo|io|noi|posso|eu|nós|ja|my|nie mogę|nemohu|bohužel)\b|"
    "я|мы|мне|нам|не могу|не можем|извин|к сожалению|прост|私|僕|俺|申し訳|すみません|できません|ません|나|저|"
    "우리|죄송|없",
    re.IGNORECASE,
)


def is_refusal(text: str, source: str) -> bool:
    """Whether an answer is the assistant's own word and no translation: a refusal, or a request for something else.

    >>> is_refusal("I'm sorry, but I can't assist with that request.", "会议在北京举行。")
    True
    >>> is_refusal("I can't help it.", "我也没办法。")
    False
    """
    head = text[:400]
    # Who translates an apology or an inability had one in the source, whatever else the source speaks of.
    if _PLAIN.match(head) and _SOURCE_PLAIN.search(source) is None:
        return True
    return _OF_THE_TASK.match(head) is not None and _SOURCE_OF_THE_TASK.search(source) is None


def may_be_refusal(text: str) -> bool:
    """Whether a text begins as a refusal does, whatever its source."""
    head = text[:400]
    return _OF_THE_TASK.match(head) is not None or _PLAIN.match(head) is not None
