// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import dev.ffmverbs.ccm.value.OwnershipLoss;
import java.util.function.LongSupplier;

/**
 * The rules by which one of two nodes owns: a state machine without threads. Times are passed in, as nanoseconds of
 * this node's own clock.
 *
 * <p><b>Evidence.</b> A node owns until a deadline, which is a lease after the moment at which the latest evidence was
 * asked for. Evidence is that the partner agrees with the word owned, or that the arbiter still holds it. A node that
 * has won a word waits until the partner's deadline has passed at the latest. It begins to own with evidence of the
 * arbiter: the partner may have restarted, and agree because it remembers nothing.
 *
 * <p><b>No wait</b> is needed if nobody else can own. Either the partner agrees with the word that this node has won,
 * and this node remembers the term before as its own or that of the partner's present process: otherwise a process that
 * is believed dead may own it. Or one of the two has given up the word of exactly the term before: then nobody has won
 * a term in between.
 *
 * <p><b>Order.</b> Before the arbiter is asked for a word, this node's block says that its highest word is that one,
 * and that it agrees with none. A node that agrees has stepped down before. The caller publishes {@link #block} after
 * each call of a method, and before the next call of the arbiter.
 *
 * <p>Not thread-safe: guarded by one lock of the caller. Not final, so that tests can break single rules.
 */
class OwnershipRules {

    private static final OwnershipWord NONE = OwnershipWord.NONE;

    final HeldTerm held;
    final ArbiterView arbiter;
    final PartnerView partner;
    final Patience patience = new Patience();

    private final OwnershipSettings settings;
    private final OwnershipChanges changes;
    private final Founding founding;
    private final long aloneFromNs;

    private OwnershipWord owned = NONE;
    private OwnershipWord released = NONE;
    private OwnershipWord agreed = NONE;
    private OwnershipWord highest = NONE;
    private final Past past = new Past();
    private final Candidate candidate = new Candidate();
    private boolean displaced;
    private boolean unfit;

    /**
     * Creates the rules of a node that has just started.
     *
     * @param settings   the figures.
     * @param clockRatio how much faster than the other one of the clocks may run.
     * @param held       is told which term is held, and until when.
     * @param firstTerm  returns a term higher than all before, to found with when nobody may remember those: the time
     *     of day.
     * @param changes    learns of terms acquired and lost.
     * @param nowNs      the present time.
     */
    OwnershipRules(
        final OwnershipSettings settings, final double clockRatio, final HeldTerm held, final LongSupplier firstTerm,
        final OwnershipChanges changes, final long nowNs) {
        this.settings = settings;
        this.held = held;
        this.changes = changes;
        this.arbiter = new ArbiterView(settings, nowNs);
        this.partner = new PartnerView(clockRatio);
        this.founding = new Founding(settings, arbiter, partner, firstTerm);
        this.aloneFromNs = nowNs + settings.meetingNs();
    }

    /** Notes that blocks READ from now on are those of the present incarnation of the partner. */
    void beginSession() {
        patience.withdrawOffer();
        partner.beginSession();
    }

    /** Notes that the next session is with another process of the partner than the one before. */
    void notePartnerRestarted() {
        past.forgetPartners();
        candidate.confirm(past.isRemembered(candidate.word()));
    }

    /** Notes that the partner can no longer be READ. What was offered to it goes to nobody. */
    void endSession() {
        patience.withdrawOffer();
        partner.endSession();
    }

    /** Takes a block of the partner's that was READ in the present session, between these two times. */
    void notePartner(final long begunNs, final long nowNs, final OwnershipBlock block) {
        advance(nowNs);
        unfit = !block.fits(settings.leaseNs(), settings.storeNumber());
        if (unfit) {
            partner.forget();
            stepDown(OwnershipLoss.MISMATCH);
            candidate.drop();
            patience.withdrawOffer();
            return;
        }
        partner.note(begunNs, nowNs, block);
        noteWord(block.highest());
        noteWord(block.claim());
        yieldTo(block.claim());
        if (block.owned().term() > released.term()) {
            patience.noteTaken();
        }
        if (isOwner() && block.agreed().equals(owned) && partner.isClockWithinBound()) {
            held.prolong(begunNs + settings.leaseNs());
        }
        advance(nowNs);
    }

    /** Agrees with a word that the partner has won, if no higher one is known. Steps down first. */
    private void yieldTo(final OwnershipWord claimed) {
        final long ownTerm = Math.max(owned.term(), candidate.isWon() ? candidate.word().term() : 0);
        if (claimed.term() > ownTerm && claimed.term() >= highest.term() && claimed.owner() == settings.other()) {
            stepDown(OwnershipLoss.PARTNER_WON);
            candidate.drop();
            agreed = claimed;
            past.rememberPartners(claimed);
        }
    }

    private boolean isOwner() {
        return owned.term() > 0;
    }

    /** A term that is no longer the highest is not worth waiting for: nobody would agree with it. */
    private void noteWord(final OwnershipWord word) {
        if (word.term() > highest.term()) {
            highest = word;
            candidate.drop();
        }
    }

    /** Takes an answer to {@link ArbiterCall.Kind#READ}. */
    void noteAnswer(final long begunNs, final long nowNs, final ArbiterAnswer answer) {
        advance(nowNs);
        if (past.isOfNamesake(answer, settings.self())) {
            stepDown(OwnershipLoss.NAMESAKE_WON);
        }
        noteWord(answer.word());
        arbiter.note(begunNs, nowNs, answer);
        if (arbiter.isFresh()) {
            candidate.drop();
        }
        displaced &= answer.standing() != ArbiterAnswer.Standing.DECIDED || !answer.word().equals(owned);
    }

    /** Takes an answer to {@link ArbiterCall.Kind#RENEW}. */
    void noteRenewal(final OwnershipWord word, final long begunNs, final long nowNs, final boolean inPlace) {
        advance(nowNs);
        arbiter.noteAnswered(begunNs);
        if (!inPlace) {
            arbiter.doubt(nowNs);
            displaced |= word.equals(owned);
            if (candidate.is(word)) {
                candidate.drop();
            }
        } else if (isOwner() && word.equals(owned)) {
            displaced = false;
            held.prolong(begunNs + settings.leaseNs());
        } else if (candidate.is(word) && candidate.isWon()) {
            candidate.renew(begunNs);
        }
        advance(nowNs);
    }

    /** Takes an answer to {@link ArbiterCall.Kind#WIN}. The win itself is the first evidence. */
    void noteWin(final OwnershipWord word, final long begunNs, final long nowNs, final boolean won) {
        advance(nowNs);
        arbiter.noteAnswered(begunNs);
        if (won && candidate.is(word)) {
            candidate.win(begunNs, nowNs + settings.waitNs());
            advance(nowNs);
            return;
        }
        arbiter.doubt(nowNs);
        if (candidate.is(word)) {
            candidate.drop();
            patience.begin(nowNs + (settings.isPreferred() ? 1 : 2) * settings.renewalNs());
        }
    }

    /** Takes an answer to {@link ArbiterCall.Kind#FOUND}. */
    void noteFounding(final OwnershipWord word, final long nowNs, final boolean founded) {
        advance(nowNs);
        if (founded) {
            past.noteFounded(word);
        }
        displaced &= !founded;
        arbiter.doubt(founded ? nowNs : nowNs + settings.renewalNs());
        founding.noteDone(nowNs);
    }

    /** Takes note that the arbiter did not answer, so that nobody knows whether it did what it was asked. */
    void noteSilence(final ArbiterCall call, final long nowNs) {
        if (call.kind() == ArbiterCall.Kind.WIN) {
            noteWin(call.word(), nowNs, nowNs, false);
        }
        arbiter.noteSilence();
        advance(nowNs);
        if (call.kind() == ArbiterCall.Kind.RENEW) {
            return;
        }
        arbiter.doubt(nowNs + settings.renewalNs());
    }

    /** Decides what to ask the arbiter now. The caller asks it, and passes on the answer or the silence. */
    ArbiterCall takeCall(final long nowNs) {
        advance(nowNs);
        if (mayFound(nowNs)) {
            final OwnershipWord word = isOwner() ? highest : founding.firstWord(highest);
            past.noteFounding(word, isOwner() || past.isRemembered(highest));
            return new ArbiterCall(ArbiterCall.Kind.FOUND, word);
        }
        if (mayWin(nowNs)) {
            final boolean following = past.isRemembered(highest);
            highest = highest.next(settings.self());
            past.noteTried(highest, following);
            candidate.ask(highest, following);
            withdraw();
            return new ArbiterCall(ArbiterCall.Kind.WIN, highest);
        }
        if (nowNs < arbiter.dueNs()) {
            return ArbiterCall.NOTHING;
        }
        arbiter.noteCall(nowNs);
        final OwnershipWord word = candidate.isWon() ? candidate.word() : owned;
        final boolean mustBeRead = word.term() == 0 || arbiter.mustBeRead() || founding.isReadDue(nowNs);
        return mustBeRead ? ArbiterCall.READ : new ArbiterCall(ArbiterCall.Kind.RENEW, word);
    }

    /** Whether {@link #takeCall} has something to ask now. */
    boolean isCallDue(final long nowNs) {
        return nowNs >= arbiter.dueNs() || mayFound(nowNs) || mayWin(nowNs);
    }

    /** Returns when the arbiter is to be asked next, if nothing happens before. */
    long nextCallNs() {
        return arbiter.dueNs();
    }

    /** Returns how long {@link #advance} need not be called, if nothing happens before. */
    long untilNextAdvanceNs(final long nowNs) {
        final long leftNs = candidate.waitEndsNs() - nowNs;
        return candidate.isWon() && leftNs > 0 ? leftNs : Long.MAX_VALUE;
    }

    /** Ends the agreement with the partner's word: before a higher one is won, or when this node leaves. */
    void withdraw() {
        agreed = NONE;
    }

    /**
     * Whether voices that have lost their memory may be given a word. A READ that began after the arbiter had answered
     * shows that the partner is not about to win: what it wins later, it wins of voices that have the word already. An
     * owner gives them the highest word, which it does not own if it has tried to win a higher term.
     */
    boolean mayFound(final long nowNs) {
        if (unfit || candidate.isPresent() || !isPartnerReadAfterArbiter()) {
            return false;
        }
        return isOwner() ? founding.isDueForOwner(owned, nowNs) : founding.isDueForOther(nowNs);
    }

    boolean isPartnerReadAfterArbiter() {
        return partner.begunNs() > arbiter.readNs();
    }

    private boolean mayWin(final long nowNs) {
        return !unfit && !candidate.isPresent() && arbiter.isWinnable() && isItsTurn(nowNs);
    }

    /** Whether it is this node that should win. Nobody loses anything but time if both think so. */
    boolean isItsTurn(final long nowNs) {
        if (!patience.isOver(nowNs)) {
            return false;
        }
        if (isOwner()) {
            return mayRaise();
        } else if (partner.isInSession()) {
            return partner.isIdle() && (hasOwnedLast() || partner.isOffering()
                || nowNs - partner.idleSinceNs() >= settings.precedenceNs());
        }
        return (partner.isMet() || nowNs >= aloneFromNs) && (arbiter.isStale() || hasOwnedLast());
    }

    /**
     * Whether an owner wins a higher term, and owns the present one until then. It does so if the partner can agree
     * with a higher one only, or if too few voices hold the present one.
     */
    private boolean mayRaise() {
        final boolean isHighest = highest.term() == owned.term();
        return partner.isInSession() ? partner.isIdle() && (displaced || !isHighest) : displaced && isHighest;
    }

    private boolean hasOwnedLast() {
        return released.term() > 0 && released.term() == highest.term();
    }

    /** Does what is due: notices that the deadline has passed, or that the wait is over. */
    void advance(final long nowNs) {
        if (isOwner() && held.isOver()) {
            stepDown(OwnershipLoss.EXPIRED);
        }
        patience.advance(nowNs);
        if (candidate.isWon() && isWaitOver(nowNs) && nowNs - candidate.renewedNs() < settings.leaseNs()) {
            stepDown(OwnershipLoss.SUCCEEDED);
            owned = candidate.word();
            past.remember(owned);
            candidate.drop();
            patience.withdrawOffer();
            displaced = false;
            founding.beginToOwn(nowNs);
            held.acquire(owned.term(), candidate.renewedNs() + settings.leaseNs());
            changes.acquire(owned.term());
        }
    }

    boolean isWaitOver(final long nowNs) {
        return nowNs >= candidate.waitEndsNs() || isAgreementEnough() && partner.isAgreedTo(candidate.word())
            || isTermBefore(owned) || isTermBefore(released) || isTermBefore(partner.releasedWord());
    }

    /** Whether nobody can own but the partner. An owner knows that, whatever it has tried to win since. */
    private boolean isAgreementEnough() {
        return isOwner() || candidate.isFollowing();
    }

    boolean isTermBefore(final OwnershipWord word) {
        return word.term() > 0 && word.term() + 1 == candidate.word().term();
    }

    /** Gives up the word owned, if there is one. What has expired before is not lost for another reason. */
    void stepDown(final OwnershipLoss reason) {
        if (!isOwner()) {
            return;
        }
        final OwnershipLoss loss = held.isOver() ? OwnershipLoss.EXPIRED : reason;
        held.release();
        released = owned;
        owned = NONE;
        changes.lose(released.term(), loss);
    }

    /** Gives up the word owned or won, and agrees with none, because this node takes part no longer. */
    void retire() {
        candidate.drop();
        stepDown(OwnershipLoss.CLOSED);
        withdraw();
    }

    /**
     * Gives up the word owned and leaves the next one to the partner until a time.
     *
     * @return the term given up; 0 if this node does not own, if the partner does not agree, or if the arbiter does not
     *     answer, so that the partner cannot win.
     */
    long handOver(final long nowNs, final long untilNs) {
        advance(nowNs);
        if (!isOwner() || candidate.isPresent() || !partner.isAgreedTo(owned) || !arbiter.isAnswering(nowNs)) {
            return 0;
        }
        stepDown(OwnershipLoss.HANDED_OVER);
        patience.offer(released.term(), untilNs);
        return released.term();
    }

    /** Returns the term that the partner owns, as the last READ has shown; 0 if it owns none. */
    long partnersTerm() {
        return partner.ownedWord().term();
    }

    /** Whether the partner has another lease or another store, so that neither may own. */
    boolean isUnfit() {
        return unfit;
    }

    /** Whether the partner's clock runs as it must, as far as this node can tell. */
    boolean isPartnersClockWithinBound() {
        return partner.isClockWithinBound();
    }

    /** Returns what this node publishes now. */
    OwnershipBlock block(final long nowNs) {
        final OwnershipWord won = candidate.isWon() ? candidate.word() : NONE;
        return new OwnershipBlock(agreed, owned, won, released, highest,
            candidate.isPresent() && !candidate.isWon(), patience.isOffering(), nowNs, settings.leaseNs(),
            settings.storeNumber());
    }

    @Override
    public String toString() {
        return "OwnershipRules[" + held + ", owned=" + owned + ", " + candidate + ", agreed=" + agreed + ", highest="
            + highest + ", released=" + released + ", " + past + ", " + partner + ", " + arbiter + "]";
    }
}
