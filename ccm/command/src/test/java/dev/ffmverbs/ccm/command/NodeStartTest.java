// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.NodeProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A node does nothing at its start that is not needed yet, so that it starts quickly. */
@Timeout(180)
class NodeStartTest {

    private static final int PORT = 47_300;
    private static final long LIMIT_S = 60;

    /** The recorder's metadata takes longer to load than the whole rest of a node. */
    private static final Pattern OF_THE_RECORDER = Pattern.compile(".* (jdk\\.jfr\\.internal\\.MetadataLoader"
        + "|dev\\.ffmverbs\\.(softroce\\.recording|ccm\\.events)\\.\\w+) source:.*");

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void withoutARecordingNothingOfFlightRecorderIsLoaded(final NodePair pair) throws Exception {
        pair.require();
        final DemoPlacement place = DemoPlacement.choose(List.of(pair.deviceA().name()), PORT);
        final List<String> options = new ArrayList<>(place.a().jvmOptions());
        options.add("-Xlog:class+load");
        try (ProgramProcess node = new ProgramProcess(NodeProgram.class, options,
            List.of("A", place.a().deviceName(), NodeLog.text(place.a().address()),
                "B", NodeLog.text(place.b().address()), "1500"))) {
            node.await(line -> line.contains(" boot "), "boot id", LIMIT_S);
            node.kill();
            assertEquals(List.of(), node.lines.stream().filter(OF_THE_RECORDER.asMatchPredicate()).toList());
        }
    }
}
