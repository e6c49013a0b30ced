// SPDX-License-Identifier: Apache-2.0
/*
 * What follows when faults end. In each round both nodes do all that they can, one after the other, every call is
 * served at once, and then both clocks advance by a unit: a lease is two, so that an owner renews in time. Included by
 * ownership.pml.
 */

inline serveAll(i) {
    do
    :: CAN_SERVE(0, i) -> serve(0, i)
#if WITNESSES == 3
    :: !CAN_SERVE(0, i) && CAN_SERVE(1, i) -> serve(1, i)
    :: !CAN_SERVE(0, i) && !CAN_SERVE(1, i) && CAN_SERVE(2, i) -> serve(2, i)
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
    swap = highest[OTHER(i)];
    for (k : 0 .. WITNESSES - 1) { swap = (STORED(k) > swap -> STORED(k) : swap) };
    k = 0;
    if :: swap > highest[i] -> learn(i, swap) :: else fi;
    swap = 0
}

#define NOBODY_CLAIMS (!CLAIMS(0) && !CLAIMS(1))

inline foundIfFresh(i) {
    if :: NOBODY_CLAIMS -> ask(i, LOOK, 0); serveAll(i) :: else fi;
    if :: asked[i] == SAW_FRESH && i == PREFERRED -> foundIdle(i); serveAll(i) :: else fi;
    if :: NOBODY_CLAIMS -> ask(i, NOTHING, 0) :: else fi
}

/* Who owned last comes first, then the preferred node. */
#define IS_NEXT(i) (NOBODY_CLAIMS && ((i) == PREFERRED || released[i] > 0 && released[i] == TERM_OF(highest[i])))

inline renew(i) {
    ask(i, RENEW, 0);
    age[i] = LEASE;
    serveAll(i);
    if :: asked[i] == RENEW && mode[i] == WAITING -> becomeIdle(i) :: else -> ask(i, NOTHING, 0) fi
}

inline readPartner(i) {
    if :: agreed[OTHER(i)] == term[i] -> reading[i] = BEGUN; readAge[i] = LEASE; takeAgreement(i) :: else fi;
    if :: mode[i] == WAITING && released[OTHER(i)] + 1 == term[i] -> wait[i] = 0 :: else fi;
    if :: mode[i] == WAITING && wait[i] == 0 && left[i] > 0 -> own(i) :: else fi
}

inline turn(i) {
    d_step { finishOldCalls(i) };
    d_step { learnAll(i) };
    d_step { if :: mode[i] == OWNER && left[i] == 0 -> stepDown(i) :: else fi };
    d_step { if :: MAY_AGREE(i) -> agree(i) :: else fi };
    d_step { foundIfFresh(i) };
    d_step { if :: IS_NEXT(i) -> beginToWin(i); finishToWin(i) :: else fi };
    d_step { if :: CLAIMS(i) -> renew(i) :: else fi };
    d_step { if :: CLAIMS(i) -> readPartner(i) :: else fi };
    d_step { if :: OWNER_MAY_FOUND(i) -> ask(i, FOUND, MAKE_WORD(term[i], i)); serveAll(i) :: else fi }
}

active proctype Calm() {
    do
    :: calm > 0 && calm < CALM_ROUNDS + LEASE ->
        if
        :: turn(0); turn(1)
        :: turn(1); turn(0)
        fi;
        d_step {
            pass(0, 1);
            pass(1, 1);
            calm++;
            assert(calm < CALM_ROUNDS || HELD(0) || HELD(1))
        }
    od
}
