"""The exercises of examples/lecture, solved: an expression for each, in the names of its chapter."""

SOLUTIONS = {
    "1.1": "glove.analogy('germany', 'berlin', 'spain', k=1)[0].word",
    "1.2": "alike('cup', 'mug').cosine > alike('cup', 'mug').baseline",
    "1.3": "len({n.word for n in glove.nearest_words('bank', k=10)} & {n.word for n in glove.nearest_words('river', k=10)})",
    "2.1": "round(sum(sign * model.word_log_probabilities(f'The cat sat on the {word}.')[-1][1] / math.log(2)"
    " for sign, word in ((1, 'mat'), (-1, 'bicycle'))))",
    "2.2": "sl.similarity(*(model.encode(f'The bank of {of} was steep.').word('bank')"
    " for of in ('the river', 'England'))).cosine > 0.9999",
    "2.3": "sl.similarity(*(model.encode(f'The bank of {of} was steep.').word('steep')"
    " for of in ('the river', 'England'))).cosine > 0.9999",
    "3.1": "'forward' if (lambda a, b: cosine(a[:half], b[:half]) < cosine(a[half:], b[half:]))"
    "(*(elmo.encode(f'{what} went to the bank').word('bank').vector(2) for what in ('Money', 'Water'))) else 'backward'",
    "3.2": "max(range(3), key=lambda layer: (lambda c: c[same & apart].mean() - c[~same].mean())"
    "(np.array([[sl.similarity(a, b, layer).cosine for b in uses] for a in uses])))",
    "3.3": "elmo.perplexities('mat the on sat cat The')[0] > elmo.perplexities('The cat sat on the mat')[0]",
    "4.1": "sorted(((i + 1, j + 1) for i in range(4) for j in range(i + 1, 4)),"
    " key=lambda pair: -sl.similarity_matrix(use, sentences).cosines[pair[0] - 1][pair[1] - 1])[1]",
    "4.2": "(lambda m: m.cosines[0][1] > m.baseline)(sl.similarity_matrix(use, ['The film was good', 'The film was not good']))",
    "4.3": "'mobile devices in the cinema'",
    "5.1": "max(mini.predict('The nurse said that [MASK] was tired', targets=['he', 'she'])[0],"
    " key=lambda guess: guess.probability).word",
    "5.2": "20 * 0.15 * 0.8",
    "5.3": "mini.predict('The shop is closed on Tuesday.', mini.encode('The shop is closed on Tuesday.').word('Tuesday').span)"
    "[0][0].word.endswith('day')",
    "6.1": "sum(piece in ('kara', '##oke') for piece in found.pieces)",
    "6.2": "(lambda r: r.segment_ids[r.pieces.index('[SEP]')])(mini.input_representation('The cat sat.', 'It slept.'))",
    "6.3": "(lambda a, b: not np.allclose(a.token[1], b.token[2]))"
    "(mini.input_representation('dog bites'), mini.input_representation('bites dog'))",
    "7.1": "found.weights[0, 0, 0].sum()",
    "7.2": "found.weights[-1, :, it, cat].argmax() + 1",
    "7.3": "(lambda r: (lambda w, at: w[at('it'), at('mat')] > w[at('it'), at('cat')])(r.weights[-1, 11], r.pieces.index))"
    "(mini.attention('The cat sat on the mat because it was soft.'))",
    "8.1": "(lambda a, b: abs(a - b) > 2 * max((p * (1 - p) / n) ** 0.5 for p in (a, b)))"
    "(accuracy['features of mini'], accuracy['features of glove'])",
    "8.2": "384 * 4 + 4",
    "8.3": "(lambda few: sl.evaluate(sl.feature_classifier('mini', few[0], few[1]), test_texts, test_labels).accuracy"
    " > accuracy['features of glove'])([list(part) for part in labelled(slice(0, 4))])",
    "9.1": "(lambda span: ' '.join(pieces[span[0] : span[1] + 1]))(best_span(start, end, longest=2))",
    "9.2": "sum(1 for i in range(11) for j in range(i, 11) if j - i < 5)",
    "9.3": "False",
    "10.1": "max(models, key=lambda name: gap(name)[0] - gap(name)[1])",
    "10.2": "gap('glove')[0] - gap('glove')[1]",
    "10.3": "sum(sl.project([use.vector() for use in uses], dimensions=3).explained) > 0.75",
}
