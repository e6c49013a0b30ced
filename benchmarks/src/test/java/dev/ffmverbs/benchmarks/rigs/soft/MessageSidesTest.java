// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ffmverbs.benchmarks.jucx.JucxTransport;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Other people's libraries and this project's ring move what they are told to, in two processes. */
@Timeout(240)
class MessageSidesTest {

    private static final Load MESSAGES = new Load(
        Transfer.MESSAGE, 32, WaitMode.POLL, 1, 1, 1, 1024, new Load.Duration(500, 500));
    private static final Load READS = new Load(
        Transfer.READ, 8, WaitMode.POLL, 1, 1, 1, 1024, new Load.Duration(500, 500));

    static Stream<Side> messageSides() {
        return Stream.of(new RingSide("soft", DeviceSide.software(List.of(), List.of())),
            new AeronSide(false, List.of(), List.of()), new AeronSide(true, List.of(), List.of()));
    }

    static Stream<Side> jucxSides() {
        return Stream.of(JucxTransport.TCP, JucxTransport.SHARED_MEMORY)
            .map(transport -> new JucxSide(transport, "", "", List.of()));
    }

    private static void requireFigures(final Side side, final Load load) throws IOException {
        final Optional<String> reason = side.whyNot(load);
        assumeTrue(reason.isEmpty(), () -> side.name() + ": " + reason.orElse(""));

        final Figures figures = side.run(load);

        assertTrue(figures.operations() > 0 && figures.p50Ns() > 0, figures.toString());
    }

    @ParameterizedTest
    @MethodSource("messageSides")
    void messagesComeBack(final Side side) throws IOException {
        requireFigures(side, MESSAGES);
    }

    @ParameterizedTest
    @MethodSource("jucxSides")
    void jucxReadsTheMemoryOfAnotherProcess(final Side side) throws IOException {
        requireFigures(side, READS);
    }

    @ParameterizedTest
    @MethodSource("jucxSides")
    void jucxFlushesChainsOfWritesBetweenSleepingEnds(final Side side) throws IOException {
        requireFigures(side, new Load(
            Transfer.WRITE_CHAIN, 8, WaitMode.BLOCK, 2, 1, 1, 1024, new Load.Duration(500, 500)));
    }

    @Test
    void sidesSayWhatTheyCannotDo() {
        assertEquals(Optional.of("it moves no messages"),
            new JucxSide(JucxTransport.TCP, "", "", List.of()).whyNot(MESSAGES));
        messageSides().forEach(side -> assertTrue(side.whyNot(READS).isPresent(), side.name()));
    }
}
