// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.command.OwnershipStorm.Member;
import dev.ffmverbs.ccm.command.OwnershipStorm.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An {@link OwnershipStorm} over two nodes and their witness in separate processes on software devices of this machine.
 *
 * <p>Property {@code ccm.ownership.cycles} is the number of cycles, and {@code ccm.ownership.seed} the seed; {@code
 * ccm/bin/ownership-storm} runs it at length.
 */
@Timeout(value = 6, unit = TimeUnit.HOURS)
class OwnershipStormTest {

    private static final int CYCLES = Integer.getInteger("ccm.ownership.cycles", 6);
    private static final Settings SETTINGS = new Settings(Long.getLong("ccm.ownership.seed", 20261130),
        Duration.ofMillis(300), Duration.ofMillis(600), Duration.ofMillis(1_500), Duration.ofMillis(5),
        Duration.ofSeconds(180));

    @TempDir
    private Path folder;

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void neverDoTwoOwnAndAfterEachDisturbanceOneOwns(final NodePair pair) throws Exception {
        pair.require();
        final DemoPlacement placement =
            DemoPlacement.choose(List.of(pair.deviceA().name()), pair.endpointA().getPort() + 20_000);
        Assumptions.assumeTrue(placement.a().isSoftware(), () -> "the links of " + pair + " cannot be cut");
        final Map<String, Member> members = new HashMap<>();
        try (LocalStormProcess a = new LocalStormProcess("A", placement.a().jvmOptions(), folder);
            LocalStormProcess b = new LocalStormProcess("B", placement.b().jvmOptions(), folder);
            LocalStormProcess witness = new LocalStormProcess("W", placement.witness().jvmOptions(), folder)) {
            members.put("A", member(a, placement.a()));
            members.put("B", member(b, placement.b()));
            members.put("W", member(witness, placement.witness()));
            new OwnershipStorm(pair.toString(), members, SETTINGS).run(CYCLES);
        }
    }

    private static Member member(final StormProcess process, final DemoPlacement.Place place) {
        return new Member(process, MachineClock.ofThisMachine(), place.deviceName(), place.address());
    }
}
