"""Puts an article together again whose body a template cut into several blocks."""

from collections import defaultdict

from lxml import etree

from sources.ingest.clearing import paragraphs


def join(tree: etree._Element, text: str) -> bool:
    """Move what follows the read block of an article, in blocks of the same make, into it.

    Advertisements between paragraphs have templates close a block and open the next; rules that
    look for the container of an article find the first. Blocks are of the same make when tag and
    class are the same; the one that was read is the one with most of `text`.

    Returns:
        Whether anything was moved: the tree is to be read again.
    """
    made = defaultdict(list)
    read: defaultdict[tuple[str, str], int] = defaultdict(int)
    for each, words in paragraphs(tree):
        parent = each.getparent()
        if parent is None:
            continue
        make = (str(parent.tag), parent.get("class") or "")
        if make[1]:
            made[make].append(parent)
            read[make] += words[:50] in text
    if not read or not max(read.values()):
        return False
    blocks = list(dict.fromkeys(made[max(read, key=lambda make: read[make])]))
    first = blocks[0]
    for block in blocks[1:]:
        if not any(above in blocks for above in block.iterancestors()):
            first.extend(list(block))
    return len(blocks) > 1
