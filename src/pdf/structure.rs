//! The structure tree: what a person hears who does not see the page (ISO 32000-1, 14.7; ISO 14289-1, 7).
//!
//! ```text
//! Document ─ H1, P …                        title, day, time of editing, treasury, what is replaced
//!          ─ H2, Table ─ THead ─ TR ─ TH×13          once for each account, however many pages it takes
//!                      ─ TBody ─ TR ─ TH TD TD TD    a balance: label over 7 columns, debit, credit, 4 empty
//!                              ─ TR ─ TD×13          an operation
//!          ─ P, Form, Form                  "Întocmit și verificat," and the signatures
//! ```
//!
//! Elements are made in reading order; element `n` is object `base + n`. An element's marked content names its
//! own page, so that a table and even a cell can go over several.

use super::objects::Revision;
use super::syntax::{Ref, integer, put, reference, text_string};

/// What an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Document,
    Title,
    Heading,
    Paragraph,
    Table,
    Head,
    Body,
    Row,
    ColumnHeading,
    /// Heads a balance row, over the seven columns before the sums.
    RowHeading,
    Cell,
    /// The empty end of a balance row: four columns.
    WideCell,
    Form,
}

impl Tag {
    /// Its name in structure and content.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Document => "Document",
            Self::Title => "H1",
            Self::Heading => "H2",
            Self::Paragraph => "P",
            Self::Table => "Table",
            Self::Head => "THead",
            Self::Body => "TBody",
            Self::Row => "TR",
            Self::ColumnHeading | Self::RowHeading => "TH",
            Self::Cell | Self::WideCell => "TD",
            Self::Form => "Form",
        }
    }

    const fn attributes(self) -> &'static str {
        match self {
            Self::ColumnHeading => "/A<</O/Table/Scope/Column>>",
            Self::RowHeading => "/A<</O/Table/Scope/Row/ColSpan 7>>",
            Self::WideCell => "/A<</O/Table/ColSpan 4>>",
            _ => "",
        }
    }
}

/// An element's number, in reading order from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Element(u32);

/// Marked content: a page (from 0) and the number in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    page: u32,
    id: u32,
}

#[derive(Debug)]
struct Node {
    tag: Tag,
    parent: Option<Element>,
    first: Option<Element>,
    last: Option<Element>,
    next: Option<Element>,
    mark: Option<Mark>,
}

/// A signature's place in the tree.
pub(super) struct FormOf<'a> {
    pub(super) widget: Ref,
    pub(super) page: Ref,
    pub(super) parent_key: u32,
    pub(super) alt: &'a str,
}

/// The tree while the page is set.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// Second and later marks of an element: a cell that goes over a page's end.
    more: Vec<(Element, Mark)>,
    /// For each page, the owners of its marks.
    owners: Vec<Vec<Element>>,
}

impl Tree {
    /// A tree with its `Document`.
    pub(super) fn new() -> (Self, Element) {
        let mut tree = Self { nodes: Vec::new(), more: Vec::new(), owners: Vec::new() };
        let document = tree.push(Tag::Document, None);
        (tree, document)
    }

    /// A new last child.
    pub(super) fn add(&mut self, tag: Tag, parent: Element) -> Element {
        let element = self.push(tag, Some(parent));
        let before = match self.node(parent) {
            Some(node) => {
                node.first = node.first.or(Some(element));
                node.last.replace(element)
            }
            None => None,
        };
        if let Some(before) = before.and_then(|before| self.node(before)) {
            before.next = Some(element);
        }
        element
    }

    /// What the element is.
    pub(super) fn tag(&self, element: Element) -> Tag {
        self.nodes.get(at(element.0)).map_or(Tag::Paragraph, |node| node.tag)
    }

    /// A new page.
    pub(super) fn page(&mut self) {
        self.owners.push(Vec::with_capacity(256));
    }

    /// New marked content of the element on the newest page: its number there.
    pub(super) fn mark(&mut self, element: Element) -> u32 {
        let page = number(self.owners.len().saturating_sub(1));
        let Some(owners) = self.owners.last_mut() else { return 0 };
        let mark = Mark { page, id: number(owners.len()) };
        owners.push(element);
        match self.node(element) {
            Some(node) if node.mark.is_none() => node.mark = Some(mark),
            _ => self.more.push((element, mark)),
        }
        mark.id
    }

    /// Writes root, parent tree and all elements; `forms` are the last elements, in order.
    pub(super) fn write(mut self, revision: &mut Revision, root: Ref, pages: &[Ref], forms: &[FormOf<'_>]) {
        self.more.sort_by_key(|(element, _)| *element);
        let base = revision.numbers(number(self.nodes.len()));
        let parents = revision.number();
        let keys = pages.len() + forms.len();
        revision.packed(root, |out| {
            put!(out, "<</Type/StructTreeRoot/K[{base}]/ParentTree {parents}/ParentTreeNextKey {keys}>>");
        });
        let first_form = self.nodes.len() - forms.len();
        for (index, node) in self.nodes.iter().enumerate() {
            let form = index.checked_sub(first_form).and_then(|form| forms.get(form));
            revision.packed(Ref(base.0 + number(index)), |out| {
                self.element(out, Element(number(index)), node, base, root, pages, form);
            });
        }
        let arrays = revision.numbers(number(pages.len()));
        for (index, owners) in self.owners.iter().enumerate() {
            revision.packed(Ref(arrays.0 + number(index)), |out| {
                out.push(b'[');
                for owner in owners {
                    reference(out, Ref(base.0 + owner.0));
                    out.push(b' ');
                }
                out.push(b']');
            });
        }
        revision.packed(parents, |out| {
            out.extend_from_slice(b"<</Nums[");
            (0..number(pages.len())).for_each(|key| put!(out, "{key} {} ", Ref(arrays.0 + key)));
            for (index, form) in forms.iter().enumerate() {
                put!(out, "{} {} ", form.parent_key, Ref(base.0 + number(first_form + index)));
            }
            out.extend_from_slice(b"]>>");
        });
    }

    #[expect(clippy::too_many_arguments, reason = "one element, everything that it points to")]
    fn element(
        &self,
        out: &mut Vec<u8>,
        element: Element,
        node: &Node,
        base: Ref,
        root: Ref,
        pages: &[Ref],
        form: Option<&FormOf<'_>>,
    ) {
        let parent = node.parent.map_or(root, |parent| Ref(base.0 + parent.0));
        out.extend_from_slice(b"<</Type/StructElem/S/");
        out.extend_from_slice(node.tag.name().as_bytes());
        out.extend_from_slice(b"/P ");
        reference(out, parent);
        out.extend_from_slice(node.tag.attributes().as_bytes());
        if let Some(form) = form {
            // The dictionary itself, not an array of one: pdfa-ua.md, section 4.
            put!(out, "/K<</Type/OBJR/Pg {}/Obj {}>>/Alt", form.page, form.widget);
            text_string(out, form.alt);
        } else if let Some(first) = node.first {
            self.children(out, first, base);
        } else if let Some(mark) = node.mark {
            self.marks(out, element, mark, pages);
        }
        out.extend_from_slice(b">>");
    }

    fn children(&self, out: &mut Vec<u8>, first: Element, base: Ref) {
        out.extend_from_slice(b"/K[");
        let mut next = Some(first);
        while let Some(child) = next {
            reference(out, Ref(base.0 + child.0));
            out.push(b' ');
            next = self.nodes.get(at(child.0)).and_then(|node| node.next);
        }
        out.push(b']');
    }

    /// The marked content of an element: one number on its page, or several with a page each.
    fn marks(&self, out: &mut Vec<u8>, element: Element, first: Mark, pages: &[Ref]) {
        let page = |mark: Mark| pages.get(at(mark.page)).copied().unwrap_or_default();
        let start = self.more.partition_point(|(other, _)| *other < element);
        let more = self.more.get(start..).unwrap_or_default();
        let more = more.iter().take_while(|(other, _)| *other == element).map(|(_, mark)| *mark);
        let mut more = more.peekable();
        if more.peek().is_none() {
            out.extend_from_slice(b"/Pg ");
            reference(out, page(first));
            out.extend_from_slice(b"/K ");
            integer(out, first.id);
            return;
        }
        out.extend_from_slice(b"/K[");
        for mark in std::iter::once(first).chain(more) {
            put!(out, "<</Type/MCR/Pg {}/MCID {}>>", page(mark), mark.id);
        }
        out.push(b']');
    }

    fn push(&mut self, tag: Tag, parent: Option<Element>) -> Element {
        self.nodes.push(Node { tag, parent, first: None, last: None, next: None, mark: None });
        Element(number(self.nodes.len() - 1))
    }

    fn node(&mut self, element: Element) -> Option<&mut Node> {
        self.nodes.get_mut(at(element.0))
    }
}

fn at(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
