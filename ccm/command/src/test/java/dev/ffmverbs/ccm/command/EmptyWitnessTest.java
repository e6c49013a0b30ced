// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.ownership.ArbiterException;
import dev.ffmverbs.ccm.ownership.OwnershipWord;
import dev.ffmverbs.ccm.value.SharedSecret;
import dev.ffmverbs.ccm.witness.Witness;
import dev.ffmverbs.ccm.witness.WitnessArbiter;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The log of an owner says which witness is empty, and when the next one can be restarted. */
@Timeout(120)
class EmptyWitnessTest {

    private static final OwnershipWord WORD = new OwnershipWord(7, 0);
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(30);
    private static final int WITNESSES = 3;

    private final Logger logger = Logger.getLogger("dev.ffmverbs.ccm.witness.Voice");
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final List<Witness> witnesses = new ArrayList<>();
    private final Handler kept = new Handler() {
        @Override
        public void publish(final LogRecord record) {
            messages.add(record.getLevel() + " "
                + new MessageFormat(record.getMessage()).format(record.getParameters()));
        }

        @Override
        public void flush() {
            // Nothing is kept back.
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    };

    @BeforeEach
    void listen() {
        logger.addHandler(kept);
    }

    @AfterEach
    void close() {
        logger.removeHandler(kept);
        witnesses.forEach(Witness::close);
    }

    private void renewUntilLogged(final WitnessArbiter arbiter, final Level level, final String part)
        throws ArbiterException, InterruptedException {
        final long startNs = System.nanoTime();
        while (messages.stream().noneMatch(each -> each.startsWith(level.toString()) && each.contains(part))) {
            assertTrue(System.nanoTime() - startNs < LIMIT_NS, () -> part + " is not in " + messages);
            assertTrue(arbiter.renew(WORD, LIMIT_NS));
            Thread.sleep(1);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void anOwnerLogsAWitnessThatIsEmptyAndWhenItIsNoLonger(final NodePair devices) throws Exception {
        devices.require();
        final WitnessArbiter.Builder builder = WitnessArbiter.builder(
            devices.deviceA(), "A", devices.endpointA(), new PartnerAddress("B", devices.endpointA()));
        for (int i = 0; i < WITNESSES; i++) {
            witnesses.add(Witness.start(devices.deviceB(), devices.endpointB(), SharedSecret.NONE));
            builder.witness(witnesses.get(i).address());
        }
        try (WitnessArbiter arbiter = builder.open()) {
            arbiter.read(LIMIT_NS);
            assertTrue(arbiter.foundWith(WORD, LIMIT_NS));
            assertTrue(arbiter.renew(WORD, LIMIT_NS));
            assertFalse(messages.stream().anyMatch(each -> each.contains("holds no term")), messages::toString);
            final Witness restarted = witnesses.getLast();
            restarted.close();
            witnesses.set(WITNESSES - 1, Witness.start(devices.deviceB(), restarted.address(), SharedSecret.NONE));

            renewUntilLogged(arbiter, Level.WARNING, ":" + restarted.address().getPort() + " holds no term");
            arbiter.read(LIMIT_NS);
            assertTrue(arbiter.foundWith(WORD, LIMIT_NS));
            renewUntilLogged(arbiter, Level.INFO, "holds the pair's term again");
        }
    }
}
