// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.softroce.SoftRoceDevices;
import dev.ffmverbs.softroce.faults.FaultSettings;
import java.nio.charset.StandardCharsets;
import java.util.Scanner;

/**
 * What the process that started a node can tell it: each line of standard input is fault settings for the node's
 * software device, in the syntax of {@link FaultSettings#parse}; an empty line heals it. When standard input ends, that
 * process is gone, and the node leaves.
 */
final class NodeControl {

    private NodeControl() {
    }

    static void start(final String deviceName, final Runnable onEnd) {
        Thread.ofPlatform().daemon().name("ccm-control").start(() -> {
            try (Scanner commands = new Scanner(System.in, StandardCharsets.UTF_8)) {
                while (commands.hasNextLine()) {
                    SoftRoceDevices.injectFaults(deviceName, FaultSettings.parse(commands.nextLine()));
                }
            } finally {
                onEnd.run();
            }
        });
    }
}
