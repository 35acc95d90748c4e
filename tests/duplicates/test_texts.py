"""Plans that say the same: found among many, compared exactly, short ones left alone."""

from random import Random

from applications.duplicates.texts import NEAR, bands, likeness, runs, text_of

WORDS = [f"mot{number}" for number in range(4000)]


def a_text(chance, words=150):
    return chance.choices(WORDS, k=words)


def changed(words, chance, share):
    return [chance.choice(WORDS) if chance.random() < share else word for word in words]


def test_a_text_copied_with_a_few_words_changed_meets_its_original():
    chance, met, near = Random(7), 0, 0
    for _number in range(200):
        one = a_text(chance)
        first, second = runs(" ".join(one)), runs(" ".join(changed(one, chance, 0.03)))
        if likeness(first, second) >= NEAR:
            near += 1
            met += not set(bands(first)).isdisjoint(bands(second))
    assert near > 150
    assert met / near > 0.98


def test_texts_of_their_own_do_not_meet():
    chance = Random(8)
    texts = [runs(" ".join(a_text(chance))) for _number in range(200)]
    shared = [band for text in texts for band in bands(text)]
    assert len(set(shared)) == len(shared)


def test_the_likeness_is_the_share_of_runs_in_common():
    one = " ".join(WORDS[:60])
    assert likeness(runs(one), runs(one)) == 1
    assert likeness(runs(one), runs(" ".join(WORDS[100:160]))) == 0
    assert likeness(runs(one), runs(" ".join(WORDS[:80]))) == 57 / 77


def test_writing_does_not_matter_and_short_texts_are_not_compared():
    words = " ".join(WORDS[:60])
    assert runs(words.upper() + " …") == runs(words)
    assert runs("Une machine et du tissu.") == frozenset()
    assert bands(frozenset()) == []


def test_only_written_answers_of_some_length_are_read():
    assert text_of(["a market with many people", 12, "Sewing", None, ["x"]]) == "a market with many people"
