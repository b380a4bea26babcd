"""Which claims are near enough to a sentence, and how two orders become one."""

from tracker.matching import Scored, alike, fused, nearest, proposable


def scored(claim, coverage=0.5, words="police station brossard", similarity=0.0):
    weights = dict.fromkeys(words.split(), 1.0)
    return Scored(claim, coverage, coverage, 6, weights, similarity)


def test_a_word_of_the_sentence_counts_more_than_one_beside_it():
    own = nearest([[scored(1)]], [{"police", "station", "brossard"}])
    beside = nearest([[scored(1)]], [{"police"}])
    assert own[0].nearness > beside[0].nearness > 0


def test_a_claim_that_only_its_neighbours_speak_of_is_not_proposed():
    assert proposable(nearest([[scored(1, 1.0)]], [{"police"}])) == []


def test_a_mere_relative_of_the_nearest_claim_is_not_proposed():
    own = {"police", "station", "brossard"}
    near = nearest([[scored(1, 0.9), scored(2, 0.4)]], [own])
    assert [one.claim for one in proposable(near)] == [1]


def test_a_farther_claim_is_proposed_only_for_words_that_the_nearer_does_not_have():
    own = {"police", "station", "brossard", "ottawa", "closed"}
    near = nearest([[scored(1, 0.9), scored(2, 0.8), scored(3, 0.8, " ".join(own))]], [own])
    assert [one.claim for one in proposable(near)] == [1, 3]


def test_a_claim_of_two_words_needs_but_these_two():
    short = Scored(1, 1.0, 1.0, 2, {"lighthouse": 1.0, "burn": 1.0})
    assert proposable(nearest([[short]], [{"lighthouse", "burn"}]))


def test_what_a_model_finds_unlike_is_not_proposed_for_its_words():
    own = {"police", "station", "brossard"}
    assert proposable(nearest([[scored(1, similarity=0.75)]], [own])) == []


def test_what_a_model_finds_alike_needs_no_word_in_common():
    near = nearest([[Scored(1, 0.0, 0.0, 0, {}, 0.9), Scored(2, 0.0, 0.0, 0, {}, 0.86)]], [set()])
    assert [one.claim for one in alike(near)] == [1]


def test_without_a_model_shared_words_alone_make_the_order():
    assert fused([scored(2), scored(1)], {}) == [scored(2), scored(1)]


def test_a_claim_in_other_words_joins_the_order():
    found = fused([scored(1)], {1: 0.76, 2: 0.93, 3: 0.75})
    assert [one.claim for one in found] == [2, 1, 3]
    assert found[0].similarity == 0.93


def test_of_claims_as_alike_the_one_that_shares_words_comes_first():
    assert [one.claim for one in fused([scored(2)], {1: 0.9, 2: 0.9, 3: 0.7})] == [2, 1, 3]
