// SPDX-License-Identifier: Apache-2.0
/*
 * What follows when faults end. In each round both nodes do all that they can, one after the other, every call is served
 * at once, and then both clocks advance by a unit: a lease is two, so that an owner renews in time. Included by ownership.pml.
 */

inline serveAll(i) {
    do
    :: IS_ASKED(0, i) -> serve(0, i)
#if WITNESSES == 3
    :: !IS_ASKED(0, i) && IS_ASKED(1, i) -> serve(1, i)
    :: !IS_ASKED(0, i) && !IS_ASKED(1, i) && IS_ASKED(2, i) -> serve(2, i)
#endif
    :: else -> break
    od
}

inline finishToWin(i) {
    serveAll(i);
    if :: yes[i] >= MAJORITY -> hasWon(i) :: else -> becomeIdle(i) fi
}

inline finishOldCalls(i) {
    reading[i] = NONE; readAge[i] = 0;
    if
    :: mode[i] == WINNING -> finishToWin(i)
    :: mode[i] != WINNING && asked[i] >= WIN -> serveAll(i)
    :: else
    fi;
    ask(i, NOTHING, 0)
}

inline learnAll(i) {
    if :: highest[OTHER(i)] > highest[i] -> learn(i, highest[OTHER(i)]) :: else fi;
    if :: STORED(0) > highest[i] -> learn(i, STORED(0)) :: else fi;
#if WITNESSES == 3
    if :: STORED(1) > highest[i] -> learn(i, STORED(1)) :: else fi;
    if :: STORED(2) > highest[i] -> learn(i, STORED(2)) :: else fi;
#endif
    if :: mode[i] == OWNER && left[i] == 0 -> stepDown(i) :: else fi
}

/* Who owned last comes first, then the preferred node. */
inline takeOver(i) {
    ask(i, LOOK, 0);
    serveAll(i);
    if :: yes[i] >= MAJORITY && i == PREFERRED -> foundIdle(i); serveAll(i) :: else fi;
    if
    :: i == PREFERRED || released[i] > 0 && released[i] == TERM_OF(highest[i]) -> beginToWin(i); finishToWin(i)
    :: else -> ask(i, NOTHING, 0)
    fi
}

inline renew(i) {
    ask(i, RENEW, 0);
    serveAll(i);
    if
    :: yes[i] >= MAJORITY -> takeEvidence(i, LEASE)
    :: yes[i] < MAJORITY && mode[i] == WAITING -> becomeIdle(i)
    :: else
    fi;
    if :: CLAIMS(i) && agreed[OTHER(i)] == term[i] -> readAge[i] = LEASE; takeAgreement(i) :: else fi;
    if :: mode[i] == WAITING && released[OTHER(i)] + 1 == term[i] -> wait[i] = 0 :: else fi;
    if :: mode[i] == WAITING && wait[i] == 0 && left[i] > 0 -> own(i) :: else fi;
    if :: OWNER_MAY_FOUND(i) -> ask(i, FOUND, MAKE_WORD(term[i], i)); serveAll(i) :: else fi;
    ask(i, NOTHING, 0)
}

inline turn(i) {
    finishOldCalls(i);
    learnAll(i);
    if :: MAY_AGREE(i) -> agree(i) :: else fi;
    if :: mode[i] == IDLE && !CLAIMS(OTHER(i)) -> takeOver(i) :: else fi;
    if :: CLAIMS(i) -> renew(i) :: else fi
}

inline endRound() {
    pass(0, 1);
    pass(1, 1);
    calm++;
    assert(calm < CALM_ROUNDS || HELD(0) || HELD(1))
}

active proctype Calm() {
    do
    :: d_step { calm > 0 && calm < CALM_ROUNDS + LEASE -> turn(0); turn(1); endRound() }
    :: d_step { calm > 0 && calm < CALM_ROUNDS + LEASE -> turn(1); turn(0); endRound() }
    od
}
