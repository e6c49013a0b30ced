// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.Gid;
import dev.ffmverbs.ccm.internal.memory.BootStatusVariable;
import dev.ffmverbs.ccm.internal.memory.Mailbox;
import dev.ffmverbs.ccm.internal.memory.MailboxSlot;
import dev.ffmverbs.ccm.internal.trust.NodeIdentity;
import dev.ffmverbs.ccm.value.MemoryAddresses;
import dev.ffmverbs.spi.Closing;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * This node on all its devices: one boot-status variable, reached over each of them.
 *
 * <p>Add interconnects and listen immediately, then rehearse, add partners, and admit their requests last. One thread
 * polls for completions of all links and waits for them at the first device. At each other device, a separate thread
 * waits and wakes it.
 */
public final class Interconnects implements CompletionSource, AutoCloseable {

    private final NodeIdentity identity;
    private final MemoryAddresses memory;
    private final Duration connectTimeout;
    private final Rejections rejections;
    private final long features;

    /**
     * Holds all memory of the node except that of its clients. It is a single arena, because closing one stops every
     * thread.
     */
    private final Arena arena = Arena.ofShared();
    private final MemorySegment statusMemory;
    private final MemorySegment copiedRecord;
    private final List<Context> contexts = new ArrayList<>();
    private final List<Interconnect> interconnects = new ArrayList<>();
    private final List<CompletionWatcher> watchers = new ArrayList<>();

    /**
     * Creates a node without interconnects.
     *
     * @param identity       who this node is.
     * @param memory         predetermined memory addresses of this node and its partners.
     * @param connectTimeout time limit of an attempt to connect.
     * @param rejections     counts the requests that this node rejects.
     * @param features       features of this node, as in {@link dev.ffmverbs.ccm.value.PeerInformation}.
     */
    public Interconnects(
        final NodeIdentity identity, final MemoryAddresses memory, final Duration connectTimeout,
        final Rejections rejections, final long features) {
        this.identity = identity;
        this.memory = memory;
        this.connectTimeout = connectTimeout;
        this.rejections = rejections;
        this.features = features;
        this.statusMemory = arena.allocate(MemoryAddresses.PAGE_BYTES, MemoryAddresses.PAGE_BYTES)
            .asSlice(0, BootStatusVariable.LENGTH_BYTES);
        this.copiedRecord = arena.allocate(MailboxSlot.LONGEST_RECORD_BYTES, Long.BYTES);
    }

    /**
     * Opens a device.
     *
     * @param device  the device.
     * @param address this node's address and port on it.
     * @throws dev.ffmverbs.VerbsException         if the device cannot be opened.
     * @throws dev.ffmverbs.cm.ConnectionException if the device has no connection manager.
     */
    public void add(final Device device, final InetSocketAddress address) {
        final Context context = device.open();
        contexts.add(context);
        final Interconnect interconnect = new Interconnect(
            context, identity, address, memory, arena, statusMemory, connectTimeout, rejections, features);
        if (!interconnects.isEmpty()) {
            watchers.add(new CompletionWatcher(interconnect.completions(), this::wakeUp,
                "ccm-completions-" + identity.name() + "-" + interconnects.size()));
        }
        interconnects.add(interconnect);
    }

    /**
     * Returns the memory of the boot-status variable, for publishing.
     *
     * @return {@link BootStatusVariable#LENGTH_BYTES} bytes at the beginning of a page.
     */
    public MemorySegment statusMemory() {
        return statusMemory;
    }

    /**
     * Registers the memory that a partner will reach.
     *
     * @param name      the partner's name.
     * @param addresses its predetermined address and port on each interconnect.
     * @param onNews    called on any thread when an operation over a link to the partner has completed, the partner has
     *     written into its mailbox, or a connection with it has ended.
     * @return the paths to it, which are closed with this object.
     * @throws dev.ffmverbs.VerbsException if memory cannot be registered.
     */
    public PartnerPaths addPartner(
        final String name, final List<InetSocketAddress> addresses, final Runnable onNews) {
        final PartnerPaths paths = new PartnerPaths("node " + identity.name() + ", partner " + name,
            new Mailbox(arena.allocate(Mailbox.LENGTH_BYTES, MemoryAddresses.PAGE_BYTES), copiedRecord), onNews);
        for (int i = 0; i < addresses.size(); i++) {
            paths.add(interconnects.get(i).addPartner(name, addresses.get(i), paths));
        }
        return paths;
    }

    /**
     * Listens on all addresses. Requests wait until {@link #admit} is called.
     *
     * @param partnerCount number of partners that will be added.
     * @throws dev.ffmverbs.cm.ConnectionException if a port is taken or an address is not one of the device's.
     */
    public void listen(final int partnerCount) {
        interconnects.forEach(interconnect -> interconnect.listen(partnerCount));
    }

    /**
     * Rehearses the handshake on every device for a bounded time, so that its code is compiled when partners connect.
     */
    public void rehearse() {
        interconnects.forEach(Interconnect::rehearse);
    }

    /**
     * Passes requests on from now on, beginning with those that wait. All partners must have been added.
     *
     * @param handler receives the requests of known partners, on a thread that must not be blocked; others are
     *     rejected.
     */
    public void admit(final Consumer<IncomingRequest> handler) {
        interconnects.forEach(interconnect -> interconnect.admit(handler));
        watchers.forEach(CompletionWatcher::start);
    }

    @Override
    public int poll() {
        int count = 0;
        for (int i = 0; i < interconnects.size(); i++) {
            count += interconnects.get(i).completions().poll();
        }
        return count;
    }

    @Override
    public void await(final long timeoutNs) {
        for (int i = 0; i < interconnects.size(); i++) {
            interconnects.get(i).completions().arm();
        }
        if (poll() == 0) {
            interconnects.getFirst().completions().await(timeoutNs);
        }
    }

    @Override
    public void wakeUp() {
        interconnects.getFirst().completions().wakeUp();
    }

    /**
     * Returns this node's addresses in the form the devices use.
     *
     * @return the GIDs that ports connect to, one for each interconnect.
     */
    public List<Gid> gids() {
        return interconnects.stream().map(interconnect -> interconnect.localGid().gid()).toList();
    }

    /**
     * Returns the largest packet payload that all devices support.
     *
     * @return the payload in bytes.
     */
    public int mtuBytes() {
        return interconnects.stream().mapToInt(interconnect -> interconnect.localGid().mtuBytes()).min().orElseThrow();
    }

    /**
     * Whether partners can connect over at least one interconnect.
     *
     * @return false if no device reads the events of connections any longer.
     */
    public boolean canConnect() {
        for (int i = 0; i < interconnects.size(); i++) {
            if (interconnects.get(i).connections().isRunning()) {
                return true;
            }
        }
        return false;
    }

    /** Rejects all requests from now on. Has no effect if called again. */
    public void stopListening() {
        Closing.closeAll(interconnects, Interconnect::stopListening);
    }

    /**
     * Frees everything, each part even if others fail. Links and unanswered requests must be closed before. The memory
     * is kept if a device is, because that device may still reach it.
     */
    @Override
    public void close() {
        Closing.closeAll(List.<Runnable>of(
            () -> Closing.closeAll(watchers, CompletionWatcher::close),
            () -> Closing.closeAll(interconnects, Interconnect::close),
            () -> Closing.closeAll(contexts, Context::close),
            this::freeMemory), Runnable::run);
    }

    private void freeMemory() {
        if (contexts.stream().noneMatch(Context::isOpen)) {
            arena.close();
        }
    }
}
