// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.zookeeper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.test.TestingServer;

/** A server of ZooKeeper and clients of it, for the tests of a class; each test has another znode. */
final class ZooKeeperSite implements AutoCloseable {

    private static final AtomicInteger ZNODES = new AtomicInteger();
    private static final int SESSION_MS = 10_000;
    private static final int CONNECTION_MS = 5_000;
    private static final int RETRY_MS = 20;

    private final TestingServer server;
    private final List<CuratorFramework> clients = new ArrayList<>();
    private boolean running = true;
    private String znode;

    ZooKeeperSite() throws Exception {
        server = new TestingServer();
    }

    /** A client of this connection string; it stays open until the end of the test. */
    static CuratorFramework client(final String servers) {
        final CuratorFramework client =
            CuratorFrameworkFactory.newClient(servers, SESSION_MS, CONNECTION_MS, new RetryOneTime(RETRY_MS));
        client.start();
        return client;
    }

    CuratorFramework client() {
        return clientBelow("");
    }

    /** A client whose connection string ends with a path, below which all its znodes are. */
    CuratorFramework clientBelow(final String chroot) {
        final CuratorFramework client = client(server.getConnectString() + chroot);
        clients.add(client);
        return client;
    }

    String znode() {
        return znode;
    }

    /** Opens an arbiter with a client that no other has. */
    ZooKeeperArbiter open() {
        return new ZooKeeperArbiter(client(), znode);
    }

    void begin() {
        znode = "/pairs/" + ZNODES.incrementAndGet();
    }

    void stop() throws Exception {
        server.stop();
        running = false;
    }

    void start() throws Exception {
        if (!running) {
            server.restart();
            running = true;
        }
    }

    /** Closes the clients; the server runs afterwards. */
    void end() throws Exception {
        start();
        clients.forEach(CuratorFramework::close);
        clients.clear();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
