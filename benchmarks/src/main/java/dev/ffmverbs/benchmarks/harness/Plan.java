// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.harness;

import dev.ffmverbs.benchmarks.device.MeasuredDevice;
import dev.ffmverbs.benchmarks.natives.NativeCode;
import dev.ffmverbs.benchmarks.result.Skip;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The order of the measurements, and what is not measured.
 *
 * <p>In every round, each side has one run of every suite. Each round begins with another side, so that each side runs
 * early and late. The figures are complete after any round.
 *
 * @param tasks the runs in their order.
 * @param skips what cannot be measured, and why.
 */
record Plan(List<Task> tasks, List<Skip> skips) {

    static Plan of(
        final List<Suite> suites, final List<MeasuredDevice> devices, final List<Side> sides, final int rounds,
        final NativeCode natives) {
        final List<Contest> contests = new ArrayList<>();
        final List<Skip> skips = new ArrayList<>();
        for (final MeasuredDevice device : devices) {
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
                contests.add(new Contest(suite, device, able));
            }
        }
        final List<Task> tasks = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            for (final Contest contest : contests) {
                contest.addRound(round, tasks);
            }
        }
        return new Plan(tasks, skips);
    }

    /** The sides that can measure a suite on a device. */
    private record Contest(Suite suite, MeasuredDevice device, List<Side> sides) {

        void addRound(final int round, final List<Task> tasks) {
            final List<Side> order = new ArrayList<>(sides);
            Collections.rotate(order, round - 1);
            order.forEach(side -> tasks.add(new Task(suite, device, side, round)));
        }
    }
}
