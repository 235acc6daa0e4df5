"""Certificates: proofs of statements about polynomials that anyone can check by multiplying out.

A *statement* is ``{"variables": names, "given": formulas, "then": formula}``: for all real values of the variables for
which every formula of ``given`` holds, ``then`` holds. Formulas are

- ``[">", p]``, ``[">=", p]``, ``["=", p]``: the polynomial p compared with 0. A polynomial is a list of
  ``["-3/2", [2, 0]]``: a coefficient and the exponents of the variables;
- ``["and", f, ...]``, ``["or", f, ...]``, ``["not", f]``;
- in ``given`` also ``["divisor", p]``: p is not 0. It is not assumed but proved, from the formulas before it. Those
  after it may compare quotients with 0: ``[">", q, 0, 0, 1]`` says that q, divided twice by divisor 0 and once by
  divisor 1, is positive.

A *proof* is ``{"signs": [{"sign": "+" or "-", "because": node}, ...], "refutation": node}``: for each divisor its sign,
and then the proof of ``then``. Each *node* shows that no numbers satisfy all of a list of facts, numbered from 0: the
formulas of ``given`` (for a divisor its sign), then the contrary of what is to be proved, with "and" taken apart.

- ``{"sum": [term, ...]}``: the terms add up to the polynomial 0, although none can be negative and one is positive;
- ``{"split": i, "cases": [node, ...]}``: fact i is an "or"; each of its parts, added to the facts, is refuted;
- ``{"lemma": formula, "because": node, "then": node}``: the lemma's contrary, added to the facts, is refuted; then the
  lemma is added to the facts.

A *term* is ``{"factor": c, "facts": [i, ...], "square": p}``: the number c > 0 times facts (each > or >=) times the
square of p. Without "square" it is positive if all its facts are (>), so the factor alone is. Or it is
``{"times": p, "equation": i}``: fact i, an equation, times any polynomial.

``checker`` decides, and imports nothing but `fractions`. ``facts`` writes a statement of SymPy's in this form. These
two have to be trusted. The rest looks for proofs, keeps them and shows them; a mistake there yields no proof.
"""
