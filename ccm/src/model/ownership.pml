// SPDX-License-Identifier: Apache-2.0

#ifndef WITNESSES
#define WITNESSES 1
#endif
#ifndef TERMS
#define TERMS 3
#endif
#ifdef MUTANT_MINORITY
#define MAJORITY 1
#else
#define MAJORITY (WITNESSES / 2 + 1)
#endif

#define LEASE 2
#ifdef MUTANT_NO_WAIT
#define WAIT 0
#elif defined(MUTANT_WAIT_NOT_STRETCHED)
#define WAIT LEASE
#else
#define WAIT (2 * LEASE)
#endif

#define MAKE_WORD(t, owner) (2 * (t) + (owner))
#define TERM_OF(word) ((word) / 2)
#define PREFERRED 0
#define PARTNER (1 - _pid)
#define ME _pid

#define IDLE 0
#define WINNING 1
#define WAITING 2
#define OWNER 3

#define NOTHING 0
#define WIN 1
#define RENEW 2
#define LOOK 3
#define SAW_FRESH 4
#define FOUND 5

#define NOT 0
#define BEGUN 1
#define AGREES 2

byte mode[2];
byte term[2];
byte highest[2];
byte agreed[2];
byte released[2];
byte left[2];
byte wait[2];
bit handed[2];

byte asked[2];
byte word[2];
byte yes[2];
byte age[2];

byte reading[2];
byte readAge[2];

byte witness[WITNESSES];

byte won;
byte ended;

byte k;
byte swap;

#define STORED(w) (witness[w] >> 2)
#define IS_ASKED(w, i) ((witness[w] >> (i)) & 1)
#define ASK_BIT(i) (1 << (i))
#define HELD(i) (mode[i] == OWNER && left[i] > 0)
#define CLAIMS(i) (mode[i] >= WAITING)

#ifdef MUTANT_AGREES_WHILE_WINNING
#define MAY_AGREE(i) (mode[i] != OWNER)
#elif defined(MUTANT_OWNER_AGREES)
#define MAY_AGREE(i) (mode[i] == IDLE || mode[i] == OWNER)
#else
#define MAY_AGREE(i) (mode[i] == IDLE)
#endif
#ifdef MUTANT_FOUNDS_ALONE
#define MAY_FOUND_AS_OWNER(i) true
#define MAY_FOUND_WITHOUT_OWNER(i) true
#else
#define MAY_FOUND_AS_OWNER(i) (agreed[1 - (i)] == term[i])
#define MAY_FOUND_WITHOUT_OWNER(i) (!CLAIMS(1 - (i)))
#endif

inline sort() {
#if WITNESSES == 3
    if :: witness[0] > witness[1] -> swap = witness[0]; witness[0] = witness[1]; witness[1] = swap :: else fi;
    if :: witness[1] > witness[2] -> swap = witness[1]; witness[1] = witness[2]; witness[2] = swap :: else fi;
    if :: witness[0] > witness[1] -> swap = witness[0]; witness[0] = witness[1]; witness[1] = swap :: else fi;
#endif
    swap = 0
}

inline askNobody(i) {
    for (k : 0 .. WITNESSES - 1) { witness[k] = witness[k] & ~ASK_BIT(i) }; k = 0
    sort();
    asked[i] = NOTHING; word[i] = 0; yes[i] = 0; age[i] = 0
}

inline askAll(i, what) {
    for (k : 0 .. WITNESSES - 1) { witness[k] = witness[k] | ASK_BIT(i) }; k = 0
    sort();
    asked[i] = what; word[i] = 0; yes[i] = 0; age[i] = 0
}

/* Reads that are given up have no effect; swaps may have one later. */
inline giveUpCall(i) {
    if
    :: asked[i] == RENEW || asked[i] == LOOK || asked[i] == SAW_FRESH -> askNobody(i)
    :: else -> yes[i] = 0; age[i] = 0
    fi
}

inline end(i) {
    if :: HELD(i) && term[i] > ended -> ended = term[i] :: else fi
}

inline become_idle(i) {
    mode[i] = IDLE; term[i] = 0; left[i] = 0; wait[i] = 0; handed[i] = 0; reading[i] = NOT; readAge[i] = 0;
    giveUpCall(i)
}

inline step_down(i) {
    end(i);
    if :: mode[i] == OWNER -> released[i] = term[i] :: else fi;
    become_idle(i)
}

inline learn(i, seen) {
    highest[i] = seen;
#ifndef MUTANT_AGREES_BELOW
    if :: agreed[i] < TERM_OF(seen) -> agreed[i] = 0 :: else fi;
#endif
#ifndef MUTANT_GOES_ON_BELOW
    if :: mode[i] != IDLE && term[i] < TERM_OF(seen) -> step_down(i) :: else fi
#endif
}

inline evidence(i, until) {
#ifndef MUTANT_DEADLINE_REVIVED
    if
    :: mode[i] == OWNER && left[i] == 0 -> skip
    :: else ->
#endif
    if :: until > left[i] -> left[i] = until :: else fi
#ifndef MUTANT_DEADLINE_REVIVED
    fi
#endif
}

active [2] proctype Node() {
    do
    /* Learns of a higher word from its partner. */
    :: d_step { highest[PARTNER] > highest[ME] -> learn(ME, highest[PARTNER]) }
    /* Agrees. */
    :: d_step {
        MAY_AGREE(ME) && CLAIMS(PARTNER) && term[PARTNER] >= TERM_OF(highest[ME]) && agreed[ME] != term[PARTNER] ->
        agreed[ME] = term[PARTNER];
        if :: MAKE_WORD(term[PARTNER], PARTNER) > highest[ME] -> highest[ME] = MAKE_WORD(term[PARTNER], PARTNER)
           :: else fi
       }
    /* Begins to win. */
    :: d_step {
        mode[ME] == IDLE && TERM_OF(highest[ME]) < TERMS ->
        term[ME] = TERM_OF(highest[ME]) + 1;
        mode[ME] = WINNING;
#ifndef MUTANT_TRIED_FORGOTTEN
        highest[ME] = MAKE_WORD(term[ME], ME);
#endif
#ifndef MUTANT_NO_WITHDRAWAL
        agreed[ME] = 0;
#endif
        askAll(ME, WIN);
        word[ME] = MAKE_WORD(term[ME], ME);
        age[ME] = LEASE;
        handed[ME] = (released[PARTNER] + 1 == term[ME]);
#ifdef MUTANT_WAIT_FROM_BEGIN
        wait[ME] = WAIT
#endif
       }
    /* The swap succeeded. */
    :: d_step {
        mode[ME] == WINNING && yes[ME] >= MAJORITY ->
        assert(!(won & (1 << term[ME])));
        won = won | (1 << term[ME]);
        mode[ME] = WAITING;
        yes[ME] = 0;
        left[ME] = age[ME];
        age[ME] = 0;
#ifdef MUTANT_TRIED_FORGOTTEN
        highest[ME] = MAKE_WORD(term[ME], ME);
#endif
        if
#ifdef MUTANT_NO_WAIT_AFTER_GAP
        :: handed[ME] || released[ME] > 0 ->
#else
        :: handed[ME] || released[ME] + 1 == term[ME] ->
#endif
            wait[ME] = 0
        :: else ->
#ifndef MUTANT_WAIT_FROM_BEGIN
            wait[ME] = WAIT
#endif
        fi;
        handed[ME] = 0
       }
    /* The swap failed, or its outcome is not known. */
    :: d_step { mode[ME] == WINNING -> become_idle(ME) }
    /* The partner has handed over. */
    :: d_step { mode[ME] == WAITING && wait[ME] > 0 && released[PARTNER] + 1 == term[ME] -> wait[ME] = 0 }
    /* Renews. */
    :: d_step { mode[ME] == WAITING || HELD(ME) -> askAll(ME, RENEW); age[ME] = LEASE }
    :: d_step {
        CLAIMS(ME) && asked[ME] == RENEW && yes[ME] >= MAJORITY ->
        evidence(ME, age[ME]);
        askNobody(ME)
       }
    /* READs the partner's block. */
    :: d_step { mode[ME] == WAITING || HELD(ME) -> reading[ME] = BEGUN; readAge[ME] = LEASE }
    :: d_step { reading[ME] == BEGUN && agreed[PARTNER] == term[ME] -> reading[ME] = AGREES }
    :: d_step {
        reading[ME] == AGREES ->
#ifdef MUTANT_BEGINS_BY_PARTNER
        evidence(ME, readAge[ME]);
        if :: mode[ME] == WAITING -> wait[ME] = 0 :: else fi;
#else
        if :: mode[ME] == WAITING -> wait[ME] = 0 :: else -> evidence(ME, readAge[ME]) fi;
#endif
        reading[ME] = NOT; readAge[ME] = 0
       }
    /* Owns. */
    :: d_step {
        mode[ME] == WAITING && wait[ME] == 0 && left[ME] > 0 ->
        mode[ME] = OWNER;
#ifdef MUTANT_NO_WITHDRAWAL
        agreed[ME] = 0
#endif
       }
    /* Gives up the term that it waits for. */
    :: d_step { mode[ME] == WAITING -> become_idle(ME) }
    /* Steps down, hands over, or sees that its deadline has passed. */
    :: d_step { mode[ME] == OWNER -> step_down(ME) }
    /* Asks whether the witnesses are fresh. */
    :: d_step { (mode[ME] == IDLE && ME == PREFERRED) || HELD(ME) -> askAll(ME, LOOK) }
    :: d_step { asked[ME] == LOOK && yes[ME] >= MAJORITY -> askNobody(ME); asked[ME] = SAW_FRESH }
    /* Founds as owner. */
    :: d_step {
        asked[ME] == SAW_FRESH && HELD(ME) && MAY_FOUND_AS_OWNER(ME) ->
        askAll(ME, FOUND);
        word[ME] = MAKE_WORD(term[ME], ME)
       }
    /* Founds while nobody owns. */
    :: d_step {
        asked[ME] == SAW_FRESH && mode[ME] == IDLE && ME == PREFERRED && MAY_FOUND_WITHOUT_OWNER(ME) ->
#ifndef MUTANT_FOUNDS_ALONE
        if :: highest[PARTNER] > highest[ME] -> highest[ME] = highest[PARTNER] :: else fi;
#endif
        if :: highest[ME] == 0 -> highest[ME] = MAKE_WORD(1, ME) :: else fi;
        askAll(ME, FOUND);
        word[ME] = highest[ME]
       }
    od
}

inline serve(w, i) {
    witness[w] = witness[w] & ~ASK_BIT(i);
    if
    :: asked[i] == WIN ->
        if
#ifdef MUTANT_FRESH_IS_WON
        :: TERM_OF(STORED(w)) < TERM_OF(word[i]) ->
#elif defined(MUTANT_WORDS_COMPARED)
        :: STORED(w) > 0 && STORED(w) < word[i] ->
#else
        :: STORED(w) > 0 && TERM_OF(STORED(w)) < TERM_OF(word[i]) ->
#endif
            witness[w] = (word[i] << 2) | (witness[w] & 3);
            if :: mode[i] == WINNING && yes[i] < MAJORITY -> yes[i]++ :: else fi
        :: else
        fi
    :: asked[i] == RENEW ->
        if :: STORED(w) == MAKE_WORD(term[i], i) && yes[i] < MAJORITY -> yes[i]++ :: else fi
    :: asked[i] == LOOK ->
        if :: STORED(w) == 0 && yes[i] < MAJORITY -> yes[i]++ :: else fi
    :: asked[i] == FOUND ->
        if :: STORED(w) == 0 -> witness[w] = (word[i] << 2) | (witness[w] & 3) :: else fi
    :: else
    fi;
    sort()
}

/* The highest term that was won is remembered by somebody if this one forgets it. */
#ifdef ALL_MAY_FORGET
#define STILL_KNOWN_WITHOUT_NODE(i) true
#define STILL_KNOWN_WITHOUT_WITNESS(w) true
#else
#define WON_BY_NODE(i) (won >> (TERM_OF(highest[i]) + 1) == 0)
#define BEHIND(w) (won >> (TERM_OF(STORED(w)) + 1) != 0)
#if WITNESSES == 1
#define WITNESSES_KNOW (!BEHIND(0))
#define WITNESSES_KNOW_WITHOUT(w) (won == 0)
#else
#define WITNESSES_KNOW (BEHIND(0) + BEHIND(1) + BEHIND(2) < 2)
#define WITNESSES_KNOW_WITHOUT(w) (won == 0 || BEHIND(0) + BEHIND(1) + BEHIND(2) + !BEHIND(w) < 2)
#endif
#define STILL_KNOWN_WITHOUT_NODE(i) (WON_BY_NODE(1 - i) || WITNESSES_KNOW)
#define STILL_KNOWN_WITHOUT_WITNESS(w) (WON_BY_NODE(0) || WON_BY_NODE(1) || WITNESSES_KNOW_WITHOUT(w))
#endif

#define W (_pid - 2)
active [WITNESSES] proctype Witness() {
    do
    :: d_step { IS_ASKED(W, 0) -> serve(W, 0) }
    :: d_step { IS_ASKED(W, 1) -> serve(W, 1) }
    :: d_step { STORED(W) > highest[0] -> learn(0, STORED(W)) }
    :: d_step { STORED(W) > highest[1] -> learn(1, STORED(W)) }
    /* Loses its memory, and whatever is under way to it. */
    :: d_step {
        STORED(W) > 0 && STILL_KNOWN_WITHOUT_WITNESS(W) ->
#ifdef MUTANT_FOUNDS_LATER_INCARNATION
        witness[W] = (witness[W] & ((asked[0] == FOUND) + 2 * (asked[1] == FOUND)));
#else
        witness[W] = 0;
#endif
        sort()
       }
    od
}

inline pass(i, units) {
    if :: HELD(i) && left[i] <= units && term[i] > ended -> ended = term[i] :: else fi;
    left[i] = (left[i] > units -> left[i] - units : 0);
    wait[i] = (wait[i] > units -> wait[i] - units : 0);
#ifndef MUTANT_EVIDENCE_OF_COMPLETION
    if :: asked[i] == WIN -> age[i] = (age[i] > units -> age[i] - units : 0)
       :: asked[i] == RENEW && age[i] <= units -> askNobody(i)
       :: asked[i] == RENEW && age[i] > units -> age[i] = age[i] - units
       :: else fi;
    if :: reading[i] != NOT && readAge[i] <= units -> reading[i] = NOT; readAge[i] = 0
       :: reading[i] != NOT && readAge[i] > units -> readAge[i] = readAge[i] - units
       :: else fi
#endif
}

#define RUNNING(i) (left[i] + wait[i] + age[i] + readAge[i] > 0)

inline crash(i) {
    end(i);
    become_idle(i);
    highest[i] = 0; agreed[i] = 0; released[i] = 0
}

active proctype World() {
    do
    :: d_step { RUNNING(0) || RUNNING(1) -> pass(0, 1); pass(1, 1) }
    :: d_step { RUNNING(0) || RUNNING(1) -> pass(0, 1); pass(1, 2) }
    :: d_step { RUNNING(0) || RUNNING(1) -> pass(0, 2); pass(1, 1) }
    :: d_step { highest[0] > 0 && STILL_KNOWN_WITHOUT_NODE(0) -> crash(0) }
    :: d_step { highest[1] > 0 && STILL_KNOWN_WITHOUT_NODE(1) -> crash(1) }
    od
}

active proctype Judge() {
    do
    :: d_step { HELD(0) && HELD(1) -> assert(false) }
    :: d_step { HELD(0) && term[0] <= ended -> assert(false) }
    :: d_step { HELD(1) && term[1] <= ended -> assert(false) }
    od
}
