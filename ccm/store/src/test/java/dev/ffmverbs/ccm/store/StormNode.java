// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import dev.ffmverbs.softroce.SoftRoceDevices;
import dev.ffmverbs.softroce.faults.FaultSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Scanner;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A program that runs a node of a store, and does what the lines of its standard input say. Its arguments are those of
 * {@code store node}.
 *
 * <p>{@code stall MS} stalls the thread that serves clients, so that what it would do at the end of a term is late, and
 * clients READ the table meanwhile; {@code hand over} lets the partner own. Any other line is fault settings of the
 * device; an empty one ends all faults.
 */
public final class StormNode {

    static final String STALL = "stall ";
    static final String HAND_OVER = "hand over";

    private static final Duration HAND_OVER_LIMIT = Duration.ofSeconds(1);

    private StormNode() {
    }

    /**
     * Runs the program until its standard input ends.
     *
     * @param arguments see above.
     * @throws IOException          if a file cannot be used.
     * @throws InterruptedException if the main thread is interrupted.
     */
    public static void main(final String[] arguments) throws IOException, InterruptedException {
        try (StoreNode node = StoreCommand.startNode(Arrays.asList(arguments));
            Scanner commands = new Scanner(System.in, StandardCharsets.UTF_8)) {
            while (commands.hasNextLine()) {
                final String command = commands.nextLine();
                if (command.equals(HAND_OVER)) {
                    System.out.println("handed over: " + node.handOver(HAND_OVER_LIMIT));
                } else if (command.startsWith(STALL)) {
                    final long stallMs = Long.parseLong(command.substring(STALL.length()));
                    node.interpose(() -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(stallMs)));
                } else {
                    SoftRoceDevices.injectFaults("soft0", FaultSettings.parse(command));
                }
            }
        }
    }
}
