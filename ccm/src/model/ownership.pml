// SPDX-License-Identifier: Apache-2.0
/*
 * Who owns a pair of nodes: the rules of package dev.ffmverbs.ccm.ownership, for SPIN. ccm/bin/check-model runs it.
 *
 * What is shown
 *   one owner     At no moment do both nodes own.
 *   won once      No term is won twice.
 *   no return     A term whose owner has lost it is not owned again, by any node, and neither is a lower one.
 *   calm          When faults end, whatever they have left behind, one node owns after a bounded time and keeps owning.
 *
 * What may happen
 *   Nothing must happen: a node that pauses is one whose next step comes late, and time passes meanwhile. A link that
 *   is cut is one over which no READ and no swap takes effect. So a node may also try to win at any moment; that it
 *   does so only when it misses the owner makes no state safer.
 *   A swap takes effect at each witness by itself, at any time or never, also after its caller has given up or died.
 *   A node that restarts has lost its memory. So has a witness; what was under way to it does not reach its successor.
 *   A witness that forgets this pair while it lives (Witness.forget) does the same: it ends the connections of both
 *   nodes before the pair gets another block. The mutants FORGETS_FIRST and FOUNDS_SUCCESSOR do not.
 *   All that holds as long as somebody knows the highest term that was won: if both nodes and the witnesses forget it,
 *   it can be won again. With FORGETFUL they may all forget it, and only 'one owner' is checked.
 *
 * Time
 *   A tick advances the clock of each node by 1 or 2 units, so that one may be twice as fast as the other for any time:
 *   (1 + r) / (1 - r) is 2, and the wait is twice the lease. A lease of 2 units is the shortest for which a wait that
 *   is not stretched is too short. A clock is kept as the time that remains until each deadline. A tick of 2 units for
 *   both is left out: it is two ticks of 1 between which nothing happens.
 *
 * What keeps it small
 *   Witnesses are alike: they are sorted. What can no longer have an effect is forgotten. A READ that only tells of a
 *   higher word, a claim or a hand-over is one step, since what it saw stays true. A READ that is evidence has a begin,
 *   and takes effect when it samples; the answer of a renewal, when the last witness it needs has answered: what is
 *   left of the lease then does not depend on when the node looks at it. Terms end at TERMS.
 *
 * What is left out
 *   An owner of the product wins a higher term while it owns, if its partner or a minority of the witnesses knows a
 *   higher word than its own. Each such step uses up one more term: with it, two of the mutants are not caught with
 *   three terms, and the breadth-first search for a mutant with more terms takes more memory and time than a build has.
 *   OwnershipSimulationTest and OwnershipRulesTest have this step.
 *   A node of the product waits in spite of its partner's agreement, unless it remembers the term before as its own or
 *   as that of its partner's present process.
 *   It then owns later than it may here, where every step may come late. NamesakeTest has what that is for: two
 *   processes that run with the name of one node.
 */

#ifndef WITNESSES
#define WITNESSES 1
#endif
#ifndef TERMS
#define TERMS 3
#endif
#ifndef CALM
#define CALM 0
#endif
#ifndef CALM_ROUNDS
#define CALM_ROUNDS 6
#endif
#ifndef FORGETFUL
#define FORGETFUL 0
#endif

/* Each mutant breaks one rule. MUTANT is the number of one. */
#define WITHDRAWS_WHEN_IT_OWNS 1 // mutant: a node withdraws its agreement only when it owns
#define WAIT_NOT_STRETCHED 2 // mutant: the wait is one lease, whatever the clocks
#define WAIT_FROM_BEGIN 3 // mutant: the wait counts from the begin of the swap
#define NO_WAIT 4 // mutant: a node that has won does not wait
#define NO_WAIT_AFTER_GAP 5 // mutant: no wait after a term of this node, even if another was won in between
#define EVIDENCE_OF_COMPLETION 6 // mutant: evidence is as old as its answer, not as its question
#define DEADLINE_REVIVED 7 // mutant: late evidence revives a deadline that has passed
#define BEGINS_BY_PARTNER 8 // mutant: a node begins to own by the word of its partner alone
#define FOUNDS_ALONE 9 // mutant: one node founds a fresh arbiter without the other
#define READ_BEFORE_FRESH 10 // mutant: the partner was read before the arbiter said that it is fresh
#define FOUNDS_SUCCESSOR 11 // mutant: what is to found a witness reaches its successor
#define FRESH_IS_WON 12 // mutant: a fresh witness can be won
#define WORDS_COMPARED 13 // mutant: a witness compares words instead of terms
#define MINORITY 14 // mutant: one witness of three suffices
#define UNKNOWN_IS_WON 15 // mutant: a swap whose outcome is not known counts as won
#define TRIED_FORGOTTEN 16 // mutant: a term that was tried and not won may be tried again
#define OWNER_AGREES 17 // mutant: an owner agrees with a higher claim and goes on
#define AGREES_WHILE_WINNING 18 // mutant: a node agrees with its partner while it wins
#define AGREES_BELOW 19 // mutant: a node that learns of a higher term still agrees with the lower one
#define GOES_ON_BELOW 20 // mutant: a node that learns of a higher term still wins, waits or owns
#define ALL_FORGET 21 // mutant: no rule, but the assumption: nobody needs to remember the highest term
#define FORGETS_FIRST 22 // mutant: a pair is forgotten before its connections end: what is under way still arrives
#ifndef MUTANT
#define MUTANT 0
#endif
#define IS(mutant) (MUTANT == (mutant))

#define MAJORITY (IS(MINORITY) -> 1 : WITNESSES / 2 + 1)
#define LEASE 2
#define WAIT (IS(NO_WAIT) -> 0 : (IS(WAIT_NOT_STRETCHED) -> LEASE : 2 * LEASE))
/* The node that founds and owns first. */
#define PREFERRED 0

#define MAKE_WORD(t, owner) (2 * (t) + (owner))
#define TERM_OF(word) ((word) / 2)
#define OTHER(i) (1 - (i))

/* What a node is about: mode. From WAITING on it claims its term in its block. */
#define IDLE 0
#define WINNING 1
#define WAITING 2
#define OWNER 3

/* What a node has asked the witnesses last: asked. The last two may have an effect after the node has given them up. */
#define NOTHING 0
#define LOOK 1
#define SAW_FRESH 2
#define RENEW 3
#define WIN 4
#define FOUND 5

/* How far the READ of the partner's block is that is to be evidence: reading. */
#define NONE 0
#define BEGUN 1
#define AGREES 2

/* Of each node: its block, but for what mode and term tell. The partner's term that it agrees with; 0 if it does not. */
byte mode[2], term[2], highest[2], agreed[2], released[2];
/* Units until its deadline and until the end of its wait; whether it saw that the term before was handed over. */
byte left[2], wait[2];
bit handed[2];
/* Its call of the arbiter: the word it brings, the witnesses that said yes, the units for which it can be evidence. */
byte asked[2], word[2], yes[2], age[2];
byte reading[2], readAge[2];

/* Of each witness: its word, shifted by two, and a bit for each node whose last call it has not yet served. */
byte witness[WITNESSES];

/* What the judge notes: a bit for each term that was won, and the highest term of which an ownership has ended. */
byte won, ended;
/* Rounds since faults have ended; 0 before. */
byte calm;
/* Zero between two steps. */
byte k, swap;

#define STORED(w) (witness[w] >> 2)
#define IS_ASKED(w, i) ((witness[w] >> (i)) & 1)
#define HELD(i) (mode[i] == OWNER && left[i] > 0)
#define CLAIMS(i) (mode[i] >= WAITING)
#define MINUS(time, units) ((time) > (units) -> (time) - (units) : 0)

inline order(a, b) {
    if :: witness[a] > witness[b] -> swap = witness[a]; witness[a] = witness[b]; witness[b] = swap; swap = 0 :: else fi
}

inline sort() {
#if WITNESSES == 3
    order(0, 1); order(1, 2); order(0, 1)
#else
    skip
#endif
}

#define CAN_BE_WON(w, next) ((STORED(w) > 0 || IS(FRESH_IS_WON)) && \
    (TERM_OF(STORED(w)) < TERM_OF(next) || IS(WORDS_COMPARED) && STORED(w) < (next)))
#define CAN_SERVE(w, i) (IS_ASKED(w, i) && (asked[i] == WIN && CAN_BE_WON(w, word[i]) || \
    asked[i] == RENEW && STORED(w) == MAKE_WORD(term[i], i) || \
    (asked[i] == LOOK || asked[i] == FOUND) && STORED(w) == 0))
/* A word only grows until the witness is lost: a swap that it refuses now is refused for good, if it is not fresh. */
#define NEVER_TAKES_EFFECT(w, i) (STORED(w) > 0 && (asked[i] == WIN && !CAN_BE_WON(w, word[i]) || \
    asked[i] == FOUND && !IS(FOUNDS_SUCCESSOR) && !IS(FORGETS_FIRST)))

inline forgetAsked(w, i) {
    witness[w] = witness[w] & ~(1 << (i))
}

/* Takes together states that differ in what can have no effect. */
inline tidy(i) {
    for (k : 0 .. WITNESSES - 1) {
        if :: NEVER_TAKES_EFFECT(k, i) -> forgetAsked(k, i) :: else fi;
        swap = swap | IS_ASKED(k, i)
    };
    if :: asked[i] >= WIN && mode[i] != WINNING && swap == 0 -> asked[i] = NOTHING; word[i] = 0 :: else fi;
    k = 0; swap = 0
}

inline ask(i, what, brings) {
    for (k : 0 .. WITNESSES - 1) {
        witness[k] = (what == NOTHING || what == SAW_FRESH -> witness[k] & ~(1 << (i)) : witness[k] | (1 << (i)))
    };
    asked[i] = what; word[i] = brings; yes[i] = 0; age[i] = 0;
    tidy(i);
    sort()
}

inline takeEvidence(i, until) {
    if
    :: (mode[i] != OWNER || left[i] > 0 || IS(DEADLINE_REVIVED)) && until > left[i] -> left[i] = until
    :: else
    fi
}

/* What a call does that a witness does not refuse. The witness runs nothing: this is a READ or a COMPARE_AND_SWAP. */
inline serve(w, i) {
    forgetAsked(w, i);
    if
    :: asked[i] >= WIN -> witness[w] = (word[i] << 2) | (witness[w] & 3)
    :: else
    fi;
    if :: (asked[i] < WIN || mode[i] == WINNING) && yes[i] < MAJORITY -> yes[i]++ :: else fi;
    if
    :: asked[i] == LOOK && yes[i] >= MAJORITY -> ask(i, SAW_FRESH, 0)
    :: asked[i] == RENEW && yes[i] >= MAJORITY && !IS(EVIDENCE_OF_COMPLETION) ->
        takeEvidence(i, age[i]);
        ask(i, NOTHING, 0)
    :: else
    fi;
    tidy(0); tidy(1);
    sort()
}

/* Swaps that a node gives up may still take effect. To agree with a term that nobody claims has no effect. */
inline becomeIdle(i) {
    if :: agreed[OTHER(i)] == term[i] -> agreed[OTHER(i)] = 0 :: else fi;
    mode[i] = IDLE; term[i] = 0; left[i] = 0; wait[i] = 0; handed[i] = 0; reading[i] = NONE; readAge[i] = 0;
    if :: asked[i] >= WIN -> yes[i] = 0; age[i] = 0; tidy(i); sort() :: else -> ask(i, NOTHING, 0) fi
}

inline noteEnd(i) {
    if :: HELD(i) && term[i] > ended -> ended = term[i] :: else fi
}

/* Also what an owner does that finds its deadline passed, or hands over. */
inline stepDown(i) {
    noteEnd(i);
    if :: mode[i] == OWNER -> released[i] = term[i] :: else fi;
    becomeIdle(i)
}

inline learn(i, seen) {
    highest[i] = seen;
    if :: agreed[i] < TERM_OF(seen) && !IS(AGREES_BELOW) -> agreed[i] = 0 :: else fi;
    if :: mode[i] != IDLE && term[i] < TERM_OF(seen) && !IS(GOES_ON_BELOW) -> stepDown(i) :: else fi
}

#define MAY_AGREE(i) ((mode[i] == IDLE || IS(OWNER_AGREES) && mode[i] == OWNER || \
    IS(AGREES_WHILE_WINNING) && mode[i] != OWNER) && \
    CLAIMS(OTHER(i)) && term[OTHER(i)] >= TERM_OF(highest[i]) && agreed[i] != term[OTHER(i)])

inline agree(i) {
    agreed[i] = term[OTHER(i)];
    if :: MAKE_WORD(agreed[i], OTHER(i)) > highest[i] -> highest[i] = MAKE_WORD(agreed[i], OTHER(i)) :: else fi
}

inline beginToWin(i) {
    term[i] = TERM_OF(highest[i]) + 1;
    mode[i] = WINNING;
    if :: !IS(TRIED_FORGOTTEN) -> highest[i] = MAKE_WORD(term[i], i) :: else fi;
    if :: !IS(WITHDRAWS_WHEN_IT_OWNS) -> agreed[i] = 0 :: else fi;
    ask(i, WIN, MAKE_WORD(term[i], i));
    age[i] = LEASE;
    handed[i] = (released[OTHER(i)] + 1 == term[i]);
    if :: IS(WAIT_FROM_BEGIN) -> wait[i] = WAIT :: else fi
}

/* What was handed over serves only to win the term that follows, which is won once. */
#define SERVES_NOBODY(t) ((won >> (t)) & 1 && (t) != term[0] && (t) != term[1])
inline forgetReleased(i) {
    if
    :: SERVES_NOBODY(released[i] + 1) && !IS(NO_WAIT_AFTER_GAP) && !FORGETFUL -> released[i] = 0
    :: else
    fi
}

/* A node waits unless it owned the term before the won one, or its partner did and handed it over. */
inline hasWon(i) {
    assert(FORGETFUL || !(won & (1 << term[i])));
    won = won | (1 << term[i]);
    forgetReleased(0);
    forgetReleased(1);
    mode[i] = WAITING;
    if :: IS(TRIED_FORGOTTEN) -> highest[i] = MAKE_WORD(term[i], i) :: else fi;
    left[i] = age[i]; yes[i] = 0; age[i] = 0;
    if
    :: handed[i] || released[i] + 1 == term[i] || IS(NO_WAIT_AFTER_GAP) && released[i] > 0 -> wait[i] = 0
    :: else -> wait[i] = (IS(WAIT_FROM_BEGIN) -> wait[i] : WAIT)
    fi;
    handed[i] = 0
}

/* The partner agrees. A node that has won need not wait then, but what it begins to own with is the arbiter's word. */
inline takeAgreement(i) {
    if :: mode[i] == OWNER || IS(BEGINS_BY_PARTNER) -> takeEvidence(i, readAge[i]) :: else fi;
    if :: mode[i] == WAITING -> wait[i] = 0; reading[i] = AGREES :: else -> reading[i] = NONE; readAge[i] = 0 fi
}

inline own(i) {
    mode[i] = OWNER;
    if :: reading[i] == AGREES -> takeAgreement(i) :: else fi;
    if :: IS(WITHDRAWS_WHEN_IT_OWNS) -> agreed[i] = 0 :: else fi
}

#define OWNER_MAY_FOUND(i) (HELD(i) && (agreed[OTHER(i)] == term[i] || IS(FOUNDS_ALONE)))
#define IDLE_MAY_FOUND(i) (mode[i] == IDLE && (i) == PREFERRED && (!CLAIMS(OTHER(i)) || IS(FOUNDS_ALONE)))
#define MAY_LOOK(i) (IS(READ_BEFORE_FRESH) -> OWNER_MAY_FOUND(i) || IDLE_MAY_FOUND(i) : \
    HELD(i) || mode[i] == IDLE && (i) == PREFERRED)

/* Nobody owns: the higher of what both know. */
inline foundIdle(i) {
    if
    :: highest[OTHER(i)] > highest[i] && !IS(FOUNDS_ALONE) && !IS(READ_BEFORE_FRESH) -> learn(i, highest[OTHER(i)])
    :: else
    fi;
    if :: highest[i] == 0 -> highest[i] = MAKE_WORD(1, i) :: else fi;
    ask(i, FOUND, highest[i])
}

#define ME _pid
active [2] proctype Node() provided (calm == 0) {
    do
    :: d_step { highest[OTHER(ME)] > highest[ME] -> learn(ME, highest[OTHER(ME)]) }
    :: d_step { MAY_AGREE(ME) -> agree(ME) }
    :: d_step { mode[ME] == IDLE && TERM_OF(highest[ME]) < TERMS -> beginToWin(ME) }
    :: d_step { mode[ME] == WINNING && (yes[ME] >= MAJORITY || IS(UNKNOWN_IS_WON)) -> hasWon(ME) }
    :: d_step { mode[ME] == WINNING || mode[ME] == WAITING -> becomeIdle(ME) }
    :: d_step { mode[ME] == WAITING && wait[ME] > 0 && released[OTHER(ME)] + 1 == term[ME] -> wait[ME] = 0 }
    :: d_step { mode[ME] == WAITING || HELD(ME) -> ask(ME, RENEW, 0); age[ME] = LEASE }
    :: d_step {
        CLAIMS(ME) && asked[ME] == RENEW && yes[ME] >= MAJORITY -> takeEvidence(ME, LEASE); ask(ME, NOTHING, 0)
       }
    :: d_step { mode[ME] == WAITING || HELD(ME) -> reading[ME] = BEGUN; readAge[ME] = LEASE }
    :: d_step { reading[ME] == BEGUN && agreed[OTHER(ME)] == term[ME] -> takeAgreement(ME) }
    :: d_step { mode[ME] == WAITING && wait[ME] == 0 && left[ME] > 0 -> own(ME) }
    :: d_step { mode[ME] == OWNER -> stepDown(ME) }
    :: d_step {
        MAY_LOOK(ME) ->
        ask(ME, LOOK, 0);
        if :: IS(READ_BEFORE_FRESH) && highest[OTHER(ME)] > highest[ME] -> learn(ME, highest[OTHER(ME)]) :: else fi
       }
    :: d_step {
        asked[ME] == SAW_FRESH && (OWNER_MAY_FOUND(ME) || IS(READ_BEFORE_FRESH) && HELD(ME)) ->
        ask(ME, FOUND, MAKE_WORD(term[ME], ME))
       }
    :: d_step {
        asked[ME] == SAW_FRESH && (IDLE_MAY_FOUND(ME) || IS(READ_BEFORE_FRESH) && mode[ME] == IDLE) -> foundIdle(ME)
       }
    od
}

/* Whether somebody else knows the highest term that was won, when a node or a witness forgets. */
#define IS_KNOWN_BY(term) (won >> ((term) + 1) == 0)
#define NODE_KNOWS(i) IS_KNOWN_BY(TERM_OF(highest[i]))
#define IS_BEHIND(w) (!IS_KNOWN_BY(TERM_OF(STORED(w))))
#if WITNESSES == 3
#define BEHIND (IS_BEHIND(0) + IS_BEHIND(1) + IS_BEHIND(2))
#else
#define BEHIND IS_BEHIND(0)
#endif
#define NODE_MAY_FORGET(i) (FORGETFUL || IS(ALL_FORGET) || NODE_KNOWS(OTHER(i)) || BEHIND < MAJORITY)
#define WITNESS_MAY_FORGET(w) (FORGETFUL || IS(ALL_FORGET) || won == 0 || NODE_KNOWS(0) || NODE_KNOWS(1) || \
    BEHIND + !IS_BEHIND(w) < MAJORITY)

#define HERE (_pid - 2)
active [WITNESSES] proctype Witness() provided (calm == 0) {
    do
    :: d_step { CAN_SERVE(HERE, 0) -> serve(HERE, 0) }
    :: d_step { CAN_SERVE(HERE, 1) -> serve(HERE, 1) }
    :: d_step { STORED(HERE) > highest[0] -> learn(0, STORED(HERE)) }
    :: d_step { STORED(HERE) > highest[1] -> learn(1, STORED(HERE)) }
    :: d_step {
        STORED(HERE) > 0 && WITNESS_MAY_FORGET(HERE) ->
        witness[HERE] = (IS(FORGETS_FIRST) -> witness[HERE] & 3 : (IS(FOUNDS_SUCCESSOR) ->
            witness[HERE] & ((asked[0] == FOUND) + 2 * (asked[1] == FOUND)) : 0));
        tidy(0); tidy(1);
        sort()
       }
    od
}

inline pass(i, units) {
    if :: left[i] <= units -> noteEnd(i) :: else fi;
    left[i] = MINUS(left[i], units);
    wait[i] = MINUS(wait[i], units);
    if
    :: !IS(EVIDENCE_OF_COMPLETION) ->
        age[i] = MINUS(age[i], units);
        readAge[i] = MINUS(readAge[i], units);
        if :: asked[i] == RENEW && age[i] == 0 -> ask(i, NOTHING, 0) :: else fi;
        if :: readAge[i] == 0 -> reading[i] = NONE :: else fi
    :: else
    fi
}

inline crash(i) {
    noteEnd(i);
    becomeIdle(i);
    highest[i] = 0; agreed[i] = 0; released[i] = 0
}

#define RUNS(i) (left[i] + wait[i] + age[i] + readAge[i] > 0)

active proctype World() provided (calm == 0) {
    do
    :: d_step { RUNS(0) || RUNS(1) -> pass(0, 1); pass(1, 1) }
    :: d_step { RUNS(0) || RUNS(1) -> pass(0, 1); pass(1, 2) }
    :: d_step { RUNS(0) || RUNS(1) -> pass(0, 2); pass(1, 1) }
    :: d_step { highest[0] > 0 && NODE_MAY_FORGET(0) -> crash(0) }
    :: d_step { highest[1] > 0 && NODE_MAY_FORGET(1) -> crash(1) }
#if CALM
    :: d_step { true -> calm = 1 }
#endif
    od
}

active proctype Judge() {
    do
    :: d_step { HELD(0) && HELD(1) -> assert(!(HELD(0) && HELD(1))) }
    :: d_step { HELD(0) && term[0] <= ended && !FORGETFUL -> assert(term[0] > ended) }
    :: d_step { HELD(1) && term[1] <= ended && !FORGETFUL -> assert(term[1] > ended) }
    od
}

#if CALM
#include "ownership-calm.pml"
#endif
