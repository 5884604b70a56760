#!/usr/bin/env python3
"""Makes the four font assets of this folder from Noto Sans (Debian package fonts-noto-core).

usage: make_fonts.py FOLDER-WITH-NotoSans-Regular.ttf-AND-NotoSans-Bold.ttf      needs: fonttools

  page-*.ttf   what nearly every statement needs: Latin-1, Latin Extended-A, comma-below letters, punctuation;
               embedded whole in each document
  full-*.ttf   Latin, Greek, Cyrillic: a document with a rarer letter takes its subset from here at run time

Hints, layout tables and names are dropped (a page needs outlines, widths and the character map alone). Where two
characters share one glyph it is doubled, so that the text of a page can be read back letter by letter.
"""
import copy, os, sys
from fontTools import subset
from fontTools.ttLib import TTFont

PAGE = [*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x218, 0x21C), 0x2010, 0x2011, 0x2012, 0x2013, 0x2014,
        0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E, 0x2020, 0x2022, 0x2026, 0x2030, 0x2039, 0x203A, 0x20AC,
        0x2116, 0x2122, 0x2212, 0xFFFD]
FULL = PAGE + [*range(0x180, 0x250), *range(0x300, 0x370), *range(0x370, 0x530), *range(0x1E00, 0x2000),
               *range(0x2000, 0x200B), *range(0x2010, 0x2028), *range(0x202F, 0x2060), *range(0x2070, 0x20A0),
               *range(0x20A0, 0x20D0), *range(0x2100, 0x2200), *range(0x2200, 0x2300), *range(0x25A0, 0x2600)]


def make(source, target, characters):
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True, recalc_timestamp=False,
                             name_IDs=[], drop_tables=["GDEF", "GPOS", "GSUB", "DSIG", "MATH", "STAT", "gasp", "meta"])
    font = TTFont(source, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    one_glyph_a_character(font)
    font["post"].formatType = 3.0
    for tag in ("OS/2", "name", "post"):
        if tag in font and "page" in target:
            del font[tag]
    font.save(target)
    print(target, os.path.getsize(target), len(font.getBestCmap()))


def one_glyph_a_character(font):
    order, taken = font.getGlyphOrder(), {}
    glyf, hmtx = font["glyf"], font["hmtx"]
    best = font.getBestCmap()
    for character in sorted(best):
        name = best[character]
        if name in taken:
            twin = "twin%04X" % character
            order = order + [twin]
            glyf.glyphs[twin] = copy.deepcopy(glyf[name])
            hmtx.metrics[twin] = hmtx.metrics[name]
            name = twin
        taken[name] = character
        for table in font["cmap"].tables:
            if table.isUnicode() and character in table.cmap:
                table.cmap[character] = name
    font.setGlyphOrder(order)
    glyf.glyphOrder = order
    font["maxp"].numGlyphs = len(order)
    font["cmap"].tables = [t for t in font["cmap"].tables if t.isUnicode() and t.format == 4][:1]


for face in ("Regular", "Bold"):
    source = os.path.join(sys.argv[1], f"NotoSans-{face}.ttf")
    make(source, f"page-{face.lower()}.ttf", PAGE)
    make(source, f"full-{face.lower()}.ttf", FULL)
