// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

import dev.ffmverbs.benchmarks.device.MeasuredDevice;
import dev.ffmverbs.benchmarks.result.Family;
import java.util.List;
import java.util.Optional;

/** This project's binding with extra work in every poll, to show that the gate notices. */
public final class SlowedBinding implements Binding {

    private final Binding unburdened = new FfmBinding();

    @Override
    public String name() {
        return "slowed";
    }

    @Override
    public Family family() {
        return Family.FFM;
    }

    @Override
    public String description() {
        return "ffm, with three more polls behind every poll";
    }

    @Override
    public Optional<String> whyNot(final MeasuredDevice device) {
        return unburdened.whyNot(device);
    }

    @Override
    public List<String> jvmOptions(final MeasuredDevice device) {
        return unburdened.jvmOptions(device);
    }

    @Override
    public BindingSession open(final String deviceName, final long bufferBytes) {
        return new SlowedSession(unburdened.open(deviceName, bufferBytes));
    }

    private record SlowedSession(BindingSession session) implements BindingSession {

        @Override
        public int poll() {
            final int taken = session.poll();
            if (taken == 0) {
                return session.poll() + session.poll() + session.poll();
            }
            return taken;
        }

        @Override
        public void prepare(
            final Transfer transfer, final int requests, final int sizeBytes, final boolean signaled) {
            session.prepare(transfer, requests, sizeBytes, signaled);
        }

        @Override
        public void post() {
            session.post();
        }

        @Override
        public long decode() {
            return session.decode();
        }

        @Override
        public void postReceive() {
            session.postReceive();
        }

        @Override
        public int pollReceives() {
            return session.pollReceives();
        }

        @Override
        public boolean hasLastPollSucceeded() {
            return session.hasLastPollSucceeded();
        }

        @Override
        public void register() {
            session.register();
        }

        @Override
        public void borrow(final long lengthBytes) {
            session.borrow(lengthBytes);
        }

        @Override
        public void close() {
            session.close();
        }
    }
}
