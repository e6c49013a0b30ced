// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import java.nio.file.Path;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * An end of Aeron: a publication and a subscription.
 *
 * <p>Over UDP, each process has a media driver that the measuring thread runs in its loop, so that each end has one
 * thread which polls, as with verbs. Through shared memory, the driver has no part in a message; it has a thread of its
 * own in one of the processes.
 */
final class AeronEnd implements MessageEnd {

    private static final String MEMORY_CHANNEL = "aeron:ipc";
    private static final String PORT = ":40123";
    private static final int STREAM = 1001;
    private static final int RETURN_STREAM = 1002;
    private static final int LONGEST_BYTES = 1 << 16;
    private static final int ONE_FRAGMENT = 1;

    private final ExclusivePublication publication;
    private final Subscription subscription;
    private final AgentInvoker driver;
    private final AgentInvoker client;
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[LONGEST_BYTES]);
    private final FragmentHandler handler = this::keep;
    private long number;
    private int lengthBytes;

    private AeronEnd(
        final Aeron aeron, final AgentInvoker driver, final String outward, final String inward,
        final boolean isResponder) {
        this.driver = driver;
        this.client = aeron.conductorAgentInvoker();
        subscription = aeron.addSubscription(inward, isResponder ? STREAM : RETURN_STREAM);
        publication = aeron.addExclusivePublication(outward, isResponder ? RETURN_STREAM : STREAM);
    }

    /** Opens an end of the channel through shared memory; the responder runs the driver. */
    static AeronEnd overMemory(final Path folder, final boolean isResponder) {
        if (isResponder) {
            MediaDriver.launch(driver(folder).threadingMode(ThreadingMode.SHARED));
        }
        return new AeronEnd(Aeron.connect(new Aeron.Context().aeronDirectoryName(folder.toString())
            .useConductorAgentInvoker(true)), null, MEMORY_CHANNEL, MEMORY_CHANNEL, isResponder);
    }

    /** Opens an end of the channel over UDP, with a driver. */
    static AeronEnd overNetwork(
        final Path folder, final String address, final String peerAddress, final boolean isResponder) {
        final AgentInvoker driver =
            MediaDriver.launch(driver(folder).threadingMode(ThreadingMode.INVOKER)).sharedAgentInvoker();
        return new AeronEnd(Aeron.connect(new Aeron.Context().aeronDirectoryName(folder.toString())
            .useConductorAgentInvoker(true).driverAgentInvoker(driver)), driver,
            channel(isResponder ? address : peerAddress), channel(isResponder ? peerAddress : address), isResponder);
    }

    private static MediaDriver.Context driver(final Path folder) {
        return new MediaDriver.Context().aeronDirectoryName(folder.toString()).dirDeleteOnStart(true)
            .warnIfDirectoryExists(false);
    }

    private static String channel(final String address) {
        return "aeron:udp?endpoint=" + address + PORT;
    }

    private void keep(final DirectBuffer buffer, final int offset, final int length, final Header header) {
        number = buffer.getLong(offset);
        lengthBytes = length;
    }

    @Override
    public boolean send(final long nextNumber, final int nextLengthBytes) {
        message.putLong(0, nextNumber);
        final boolean isSent = publication.offer(message, 0, nextLengthBytes) > 0;
        if (driver != null) {
            driver.invoke();
        }
        return isSent;
    }

    @Override
    public boolean receive() {
        if (driver != null) {
            driver.invoke();
        }
        final int taken = subscription.poll(handler, ONE_FRAGMENT);
        if (taken == 0) {
            client.invoke();
        }
        return taken != 0;
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public int lengthBytes() {
        return lengthBytes;
    }
}
