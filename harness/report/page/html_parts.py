"""Fixed parts of the page: the controls, and the places that the script draws into."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from harness.domain.columns import Column
from harness.pages import visible

_SELECTS = '<label>test set<select id="set"></select></label><label>metric<select id="metric"></select></label>'
_NO_SCRIPT = '<noscript><p class="note">This part needs JavaScript; the board above does not.</p></noscript>'

CHOOSE_SET = f"""<section id="choose" aria-label="What is shown"><div class="controls">{_SELECTS}</div></section>"""

CHOOSE_PAIR = f"""<section id="choose" aria-label="What is shown"><div class="controls">{_SELECTS}
<label><span><span class="swatch a" aria-hidden="true"></span>system A</span><select id="system-a"></select></label>
<label><span><span class="swatch b" aria-hidden="true"></span>system B</span><select id="system-b"></select></label>
<button class="plain" type="button" id="swap">Swap A and B</button></div></section>"""


def cost(axes: Sequence[Column]) -> str:
    """The chart of quality against cost, with a choice of `axes`."""
    choices = "".join(f'<option value="{escape(visible(c.key))}">{escape(visible(c.quantity))}</option>' for c in axes)
    return f"""<section id="cost" aria-labelledby="h-cost"><h2 id="h-cost">Quality and cost</h2>
<div class="controls"><label>against<select id="cost-axis">{choices}</select></label></div>
<div id="scatter" class="chart"></div>{_NO_SCRIPT}</section>"""


COMPARE = f"""<section id="compare" aria-labelledby="h-compare"><h2 id="h-compare">Significance</h2>
<p class="note">Every pair of systems on the chosen metric. Green: the system of the row is better, red: it is worse, by
more than chance would give.</p>
<p class="note" id="matrix-note"></p>
<div id="matrix" class="wide" role="region" tabindex="0" aria-label="Significance matrix"></div>
{_NO_SCRIPT}</section>"""

EXPLORER = f"""<section id="segments" aria-labelledby="h-segments"><h2 id="h-segments">Segments</h2>
<div class="controls">
<label>search<input type="search" id="q" placeholder="text or id" autocomplete="off"></label>
<label>order<select id="sort"><option value="loss">largest loss of B against A</option>
<option value="gain">largest gain of B over A</option><option value="b-worst">worst of B</option>
<option value="a-worst">worst of A</option><option value="disagree">metrics disagree most on B</option>
<option value="longest">longest source</option><option value="document">document order</option></select></label>
<label>flag<select id="flag"></select></label>
<label>document<select id="doc"></select></label>
<label>kind<select id="kind"></select></label>
<label>characters from<input type="number" id="len-min" min="0"></label>
<label>to<input type="number" id="len-max" min="0"></label>
<label>difference at least<input type="number" id="delta" min="0" step="any"></label>
<label class="check"><input type="checkbox" id="errors-only"> only without hypothesis</label>
<button class="plain" type="button" id="reset">Clear filters</button></div>
<p id="count" class="note" role="status"></p>
<div class="explorer" id="explorer"><div>
<div class="heads" aria-hidden="true"><span>segment</span><span>source</span><span id="head-a">A</span><span
 id="head-b">B</span><span>B − A</span></div>
<div id="list" role="listbox" tabindex="0" aria-label="Segments; arrow keys move"><div id="rows"></div></div>
<div class="controls"><label>mark differences<select id="marks"><option value="ref">to the reference</option>
<option value="a">to system A</option><option value="none">none</option></select></label>
<label class="check"><input type="checkbox" id="missing"> show what is missing</label>
<label class="check"><input type="checkbox" id="everyone"> all systems</label></div>
</div><div id="detail" aria-live="polite" hidden></div></div>{_NO_SCRIPT}</section>"""

CHARTS = f"""<section id="charts" aria-labelledby="h-charts"><h2 id="h-charts">Charts</h2>
<p class="note"><span class="swatch a" aria-hidden="true"></span>system A, solid
 <span class="swatch b" aria-hidden="true"></span>system B, dashed; the other systems in grey.</p>
<div class="charts">
<div><h3>By length of the source</h3><div id="by-length" class="chart"></div></div>
<div><h3>Distribution of segment scores</h3><div id="distribution" class="chart"></div></div>
<div><h3>By document</h3><div id="by-document" class="scroll wide" role="region" tabindex="0"
 aria-label="Scores by document"></div></div>
<div><h3>Where metrics disagree on B</h3><div id="disagreement" class="chart"></div><ul id="disagreement-list"
 class="links"></ul></div>
</div>{_NO_SCRIPT}</section>"""
