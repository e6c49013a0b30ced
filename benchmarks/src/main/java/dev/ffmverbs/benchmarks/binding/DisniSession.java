// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvRecvWR;
import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvSge;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.SVCPollCq;
import com.ibm.disni.verbs.SVCPostRecv;
import com.ibm.disni.verbs.SVCPostSend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedList;
import java.util.List;

/** Calls through DiSNI. Its call objects are made once and executed any number of times, as its authors recommend. */
final class DisniSession implements BindingSession {

    private static final int ACCESS =
        IbvMr.IBV_ACCESS_LOCAL_WRITE | IbvMr.IBV_ACCESS_REMOTE_READ | IbvMr.IBV_ACCESS_REMOTE_WRITE;

    private final DisniConnection ends;
    private final BorrowedMemory nearMemory = new BorrowedMemory();
    private final BorrowedMemory farMemory = new BorrowedMemory();
    private final BorrowedMemory borrowed = new BorrowedMemory();
    private final IbvMr nearRegion;
    private final IbvMr farRegion;
    private final IbvWC[] completions = new IbvWC[BATCH];
    private final SVCPollCq pollSends;
    private final SVCPollCq pollReceives;
    private SVCPostSend post;
    private SVCPostRecv postReceive;
    private int count;

    /** Connects two ends, each with a buffer, on the device that has an address. */
    DisniSession(final InetAddress address, final int bufferBytes) {
        nearMemory.allocate(bufferBytes);
        farMemory.allocate(bufferBytes);
        Arrays.setAll(completions, i -> new IbvWC());
        try {
            ends = new DisniConnection(address);
            nearRegion = register(ends.near().domain(), near());
            farRegion = register(ends.far().domain(), far());
            pollSends = ends.near().sends().poll(completions, BATCH);
            pollReceives = ends.far().receives().poll(completions, BATCH);
        } catch (final IOException e) {
            throw new UncheckedIOException("DiSNI cannot connect two queue pairs at " + address, e);
        }
    }

    private static IbvMr register(final IbvPd domain, final MemorySegment memory) throws IOException {
        return domain.regMr(memory.address(), Math.toIntExact(memory.byteSize()), ACCESS).execute().free().getMr();
    }

    /** Returns the buffer of the near end. */
    MemorySegment near() {
        return nearMemory.segment();
    }

    /** Returns the buffer of the far end. */
    MemorySegment far() {
        return farMemory.segment();
    }

    @Override
    public boolean supports(final Transfer transfer) {
        return !transfer.isAtomic();
    }

    @Override
    public void prepare(
        final Transfer transfer, final int requestsPerPost, final int sizeBytes, final boolean signaled) {
        final List<IbvSendWR> requests = new ArrayList<>();
        for (int i = 0; i < requestsPerPost; i++) {
            final IbvSendWR request = new IbvSendWR();
            request.setWr_id(i);
            request.setSg_list(describe(nearRegion, sizeBytes));
            request.setOpcode(transfer.opcode());
            request.setSend_flags(signaled ? IbvSendWR.IBV_SEND_SIGNALED : 0);
            request.getRdma().setRemote_addr(farRegion.getAddr());
            request.getRdma().setRkey(farRegion.getRkey());
            requests.add(request);
        }
        final IbvRecvWR receive = new IbvRecvWR();
        receive.setSg_list(describe(farRegion, sizeBytes));
        try {
            post = ends.near().queuePair().postSend(requests, null);
            postReceive = ends.far().queuePair().postRecv(List.of(receive), null);
        } catch (final IOException e) {
            throw new UncheckedIOException("DiSNI cannot prepare " + transfer, e);
        }
    }

    // DiSNI takes no other list.
    @SuppressWarnings({"JdkObsolete", "NonApiType"})
    private static LinkedList<IbvSge> describe(final IbvMr region, final int lengthBytes) {
        final IbvSge element = new IbvSge();
        element.setAddr(region.getAddr());
        element.setLength(lengthBytes);
        element.setLkey(region.getLkey());
        return new LinkedList<>(List.of(element));
    }

    @Override
    public void post() {
        try {
            post.execute();
        } catch (final IOException e) {
            throw new UncheckedIOException("postSend of DiSNI failed", e);
        }
    }

    @Override
    public int poll() {
        return take(pollSends);
    }

    private int take(final SVCPollCq poll) {
        try {
            count = poll.execute().getPolls();
            return count;
        } catch (final IOException e) {
            throw new UncheckedIOException("poll of DiSNI failed", e);
        }
    }

    /** {@inheritDoc} They have been copied into objects by the poll, which has no other way. */
    @Override
    public long decode() {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            final IbvWC completion = completions[i];
            if (completion.getStatus() == 0) {
                sum += completion.getWr_id() + completion.getByte_len();
                if (completion.getOpcode() == VerbsLayout.OPCODE_RDMA_WRITE) {
                    sum++;
                }
            }
        }
        return sum;
    }

    @Override
    public void postReceive() {
        try {
            postReceive.execute();
        } catch (final IOException e) {
            throw new UncheckedIOException("postRecv of DiSNI failed", e);
        }
    }

    @Override
    public int pollReceives() {
        return take(pollReceives);
    }

    @Override
    public boolean hasLastPollSucceeded() {
        for (int i = 0; i < count; i++) {
            if (completions[i].getStatus() != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public long longestRegionBytes() {
        return Integer.MAX_VALUE;
    }

    @Override
    public void borrow(final long lengthBytes) {
        borrowed.allocate(lengthBytes);
    }

    @Override
    public void register() {
        try {
            register(ends.near().domain(), borrowed.segment()).deregMr().execute().free();
        } catch (final IOException e) {
            throw new UncheckedIOException("DiSNI cannot register " + borrowed.segment().byteSize() + " bytes", e);
        }
    }

    /** Frees what was borrowed. What is connected ends with the process, which ends now. */
    @Override
    public void close() {
        borrowed.close();
    }
}
