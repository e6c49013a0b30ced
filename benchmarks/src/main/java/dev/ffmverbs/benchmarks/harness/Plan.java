// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.harness;

import dev.ffmverbs.benchmarks.binding.Device;
import dev.ffmverbs.benchmarks.natives.NativeCode;
import dev.ffmverbs.benchmarks.result.Skip;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What is measured in which order, and what is not.
 *
 * <p>In every round each side has one run, and each round begins with another side: over all rounds each side comes
 * early and late.
 *
 * @param tasks the runs in their order.
 * @param skips what cannot be measured, and why.
 */
record Plan(List<Task> tasks, List<Skip> skips) {

    static Plan of(
        final List<Suite> suites, final List<Device> devices, final List<Side> sides, final int rounds,
        final NativeCode natives) {
        final List<Task> tasks = new ArrayList<>();
        final List<Skip> skips = new ArrayList<>();
        for (final Device device : devices) {
            for (final Suite suite : suites) {
                final Optional<String> unsuited = suite.whyNot(device);
                if (unsuited.isPresent()) {
                    skips.add(new Skip(suite.label(), device.label(), "", unsuited.get()));
                    continue;
                }
                final List<Side> able = new ArrayList<>();
                for (final Side side : sides) {
                    suite.whyNot(side).or(() -> side.whyNot(device, natives)).ifPresentOrElse(
                        reason -> skips.add(new Skip(suite.label(), device.label(), side.name(), reason)),
                        () -> able.add(side));
                }
                interleave(suite, device, able, rounds, tasks);
            }
        }
        return new Plan(tasks, skips);
    }

    private static void interleave(
        final Suite suite, final Device device, final List<Side> sides, final int rounds, final List<Task> tasks) {
        final List<Side> order = new ArrayList<>(sides);
        for (int round = 1; round <= rounds; round++) {
            for (final Side side : order) {
                tasks.add(new Task(suite, device, side, round));
            }
            Collections.rotate(order, 1);
        }
    }
}
