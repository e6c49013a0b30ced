package outside;

import dev.ffmverbs.Access;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.ConnectionParameters;
import dev.ffmverbs.cm.Listener;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** READs eight bytes of another queue pair's memory over the software device. */
public final class ReadRemoteMemory {

    private ReadRemoteMemory() {
    }

    /**
     * Prints what was read.
     *
     * @param arguments how this program is run, which begins each line.
     */
    public static void main(final String[] arguments) {
        final String how = arguments[0];
        final CompletableFuture<Connection> accepted = new CompletableFuture<>();
        try (Context context = Verbs.open("soft0");
             ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionQueue queue = context.createCompletionQueue(16);
             MemoryRegion theirs = domain.allocate(4096, Access.REMOTE_READ);
             MemoryRegion ours = domain.allocate(4096, Access.LOCAL_WRITE);
             QueuePair server = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue));
             QueuePair client = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue));
             ConnectionManager manager = ConnectionManager.open(context);
             Listener listener = manager.listen(new InetSocketAddress("127.0.0.1", 0), 1,
                 request -> accepted.complete(request.accept(server, ConnectionParameters.defaults())));
             Connection connection = manager.connect(null, listener.localAddress(), client,
                 ConnectionParameters.defaults(), Duration.ofSeconds(10))) {
            theirs.segment().set(ValueLayout.JAVA_LONG, 0, 42);
            client.postSend(SendRequest.allocate(1).read(theirs.iova(), theirs.rkey()).localMemory(ours, 0, 8));
            final WorkCompletions completions = WorkCompletions.allocate(1);
            queue.await(completions, Duration.ofSeconds(10));
            System.out.println(how + ": " + connection.remoteAddress().getAddress() + " "
                + completions.status(0) + " " + ours.segment().get(ValueLayout.JAVA_LONG, 0));
            accepted.join().close();
        }
        System.out.println(how + ": not available: " + Verbs.unavailableProviders());
    }
}
