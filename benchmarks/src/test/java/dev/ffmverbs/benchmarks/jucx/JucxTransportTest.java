// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.jucx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A transport that cannot be had is named with its reason, whatever is missing. */
@Timeout(120)
class JucxTransportTest {

    private static final String PEERS = "bench.peers";

    @TempDir
    private Path folder;

    private static String reason(final String printed, final int status) {
        return new JucxTrial(List.of("sh", "-c", "printf '" + printed + "'; exit " + status)).run().orElse("");
    }

    @Test
    void saysWhereTheJarWasLookedFor() {
        System.setProperty(PEERS, folder.resolve("peers.classpath").toString());
        try {
            final String reason = JucxTransport.TCP.whyNot("").orElseThrow();

            assertTrue(reason.contains("the jar of jucx is not in " + folder), reason);
        } finally {
            System.clearProperty(PEERS);
        }
    }

    @Test
    void saysThatLibucxIsMissingAndWhereDebianHasIt() {
        final String reason = reason("java.lang.UnsatisfiedLinkError: libucp.so.0: cannot open\\n\\tat x", 1);

        assertTrue(reason.startsWith("libucx, which jucx loads, is missing or too old"), reason);
        assertTrue(reason.contains("libucx0") && reason.endsWith("libucp.so.0: cannot open"), reason);
    }

    @Test
    void saysThatLibucxIsOfAnotherVersionInTheWordsOfUcx() {
        final String warning = "[1796056552.3] [vm:6639 :0]     ucp_context.c:1849 UCX  WARN  UCP API version is"
            + " incompatible: required >= 1.18, actual 1.13.1";

        assertEquals("libucx is of another version than jucx: WARN  UCP API version is incompatible: required >= 1.18,"
            + " actual 1.13.1", reason(warning, 0));
    }

    @Test
    void saysWhatUcxSaidIfItCannotConnect() {
        assertEquals("UCX cannot: org.openucx.jucx.UcxException: Destination is unreachable",
            reason("org.openucx.jucx.UcxException: Destination is unreachable\\n\\tat x\\n", 1));
    }

    @ParameterizedTest
    @EnumSource(names = {"TCP", "SHARED_MEMORY"})
    void movesBytesAndMessagesBetweenTwoEnds(final JucxTransport transport) {
        final Optional<String> reason = transport.whyNot("");
        assumeTrue(reason.isEmpty(), () -> reason.orElse(""));
        try (JucxEnd near = new JucxEnd(transport, "", 64, false);
             JucxEnd far = new JucxEnd(transport, "", 64, false)) {
            near.connect(JucxAddress.parse(far.address().line()));
            final JucxCounter flushed = new JucxCounter();
            near.putLong(8, 42);
            near.put(8, Long.BYTES);
            near.flush(flushed);
            await(near, far, flushed);
            assertEquals(42, far.getLong(8));

            final JucxCounter received = new JucxCounter();
            near.putLong(0, 43);
            far.receive(Long.BYTES, received);
            near.send(Long.BYTES, new JucxCounter());
            await(near, far, received);
            assertEquals(43, far.getLong(0));
        }
    }

    private static void await(final JucxEnd near, final JucxEnd far, final JucxCounter counter) {
        while (counter.take() == 0) {
            near.progress();
            far.progress();
        }
    }
}
