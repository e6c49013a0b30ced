// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.zookeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.ownership.ArbiterAnswer.Standing;
import dev.ffmverbs.ccm.ownership.ArbiterException;
import dev.ffmverbs.ccm.ownership.OwnershipWord;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.imps.CuratorFrameworkState;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.test.KillSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store of this kind adds to the contract: sessions, restarts, and a znode that anybody can write. */
class ZooKeeperArbiterTest {

    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long SHORT_NS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final OwnershipWord FIRST = new OwnershipWord(1, 0);
    private static final OwnershipWord SECOND = new OwnershipWord(2, 1);
    private static final OwnershipWord THIRD = new OwnershipWord(3, 0);

    private static ZooKeeperSite site;

    @BeforeAll
    static void startServer() throws Exception {
        site = new ZooKeeperSite();
    }

    @AfterAll
    static void closeServer() throws Exception {
        site.close();
    }

    @BeforeEach
    void chooseZnode() {
        site.begin();
    }

    @AfterEach
    void closeClients() throws Exception {
        site.end();
    }

    private static void store(final byte[] content) throws Exception {
        site.client().create().orSetData().creatingParentsIfNeeded().forPath(site.znode(), content);
    }

    @Test
    void theZnodeHoldsTheBitsOfTheWord() throws Exception {
        final ZooKeeperArbiter arbiter = site.open();
        arbiter.read(LIMIT_NS);
        assertTrue(arbiter.foundWith(FIRST, LIMIT_NS));
        assertTrue(arbiter.win(SECOND, LIMIT_NS));

        final byte[] content = site.client().getData().forPath(site.znode());

        assertEquals(8, content.length);
        assertEquals(SECOND.bits(), ByteBuffer.wrap(content).getLong());
    }

    /** ZooKeeper takes any path after the servers, and creates nothing below one that does not exist. */
    @Test
    void aMissingChrootOfTheConnectionStringIsNamed() throws Exception {
        try (ZooKeeperArbiter arbiter = new ZooKeeperArbiter(site.clientBelow("/nowhere"), site.znode())) {
            assertEquals(Standing.FRESH, arbiter.read(LIMIT_NS).standing());

            final String told =
                assertThrows(ArbiterException.class, () -> arbiter.foundWith(FIRST, LIMIT_NS)).getMessage();

            assertTrue(told.startsWith("found " + FIRST + " at znode /nowhere" + site.znode() + ": "), told);
            assertTrue(told.endsWith("the path /nowhere of the connection string does not exist: create it, for"
                + " example with 'create /nowhere' of zkCli.sh"), told);
            site.client().create().forPath("/nowhere");
            assertTrue(arbiter.foundWith(FIRST, LIMIT_NS));
            assertEquals(8, site.client().getData().forPath("/nowhere" + site.znode()).length);
        }
    }

    @Test
    void messagesHaveTheWholePathOfTheZnode() throws Exception {
        site.client().create().orSetData().creatingParentsIfNeeded()
            .forPath("/apps/cluster" + site.znode(), new byte[] {1, 2, 3});
        final CuratorFramework client = site.clientBelow("/apps").usingNamespace("cluster");
        try (ZooKeeperArbiter arbiter = new ZooKeeperArbiter(client, site.znode())) {
            final String told = assertThrows(ArbiterException.class, () -> arbiter.read(LIMIT_NS)).getMessage();
            assertTrue(told.startsWith("znode /apps/cluster" + site.znode() + " holds 3 bytes"), told);
            assertEquals("ZooKeeperArbiter[/apps/cluster" + site.znode() + "]", arbiter.toString());
        }
    }

    /** As "create /path" of zkCli.sh makes it. */
    @Test
    void aZnodeWithoutDataIsFreshAndFounded() throws Exception {
        store(new byte[0]);
        site.client().getZookeeperClient().getZooKeeper().setData(site.znode(), null, -1);
        final ZooKeeperArbiter arbiter = site.open();

        assertEquals(Standing.FRESH, arbiter.read(LIMIT_NS).standing());
        assertFalse(arbiter.renew(FIRST, LIMIT_NS));
        assertFalse(arbiter.win(FIRST, LIMIT_NS));
        assertTrue(arbiter.foundWith(FIRST, LIMIT_NS));
        assertEquals(FIRST, arbiter.read(LIMIT_NS).word());
    }

    @Test
    void anEmptyZnodeIsFreshAndFounded() throws Exception {
        store(new byte[0]);
        final ZooKeeperArbiter arbiter = site.open();
        assertEquals(Standing.FRESH, arbiter.read(LIMIT_NS).standing());
        assertFalse(arbiter.win(FIRST, LIMIT_NS));

        arbiter.read(LIMIT_NS);
        assertTrue(arbiter.foundWith(FIRST, LIMIT_NS));

        assertEquals(FIRST, arbiter.read(LIMIT_NS).word());
        assertTrue(arbiter.win(SECOND, LIMIT_NS));
    }

    /** Text, a word that is too long, nobody's term, an owner of term 0, and a term that is too high. */
    @ParameterizedTest
    @ValueSource(strings = {"68656c6c6f", "000000000000000200", "0000000000000000", "0000000000000001",
        "8000000000000000"})
    void whatIsNoWordIsToldAndLeftAlone(final String hex) throws Exception {
        final byte[] content = HexFormat.of().parseHex(hex);
        store(content);
        final ZooKeeperArbiter arbiter = site.open();

        final ArbiterException read = assertThrows(ArbiterException.class, () -> arbiter.read(LIMIT_NS));
        assertThrows(ArbiterException.class, () -> arbiter.renew(FIRST, LIMIT_NS));
        assertThrows(ArbiterException.class, () -> arbiter.win(SECOND, LIMIT_NS));
        assertThrows(ArbiterException.class, () -> arbiter.foundWith(FIRST, LIMIT_NS));

        assertTrue(read.getMessage().contains(site.znode()) && read.getMessage().contains(hex), read.getMessage());
        assertEquals(hex, HexFormat.of().formatHex(site.client().getData().forPath(site.znode())));
    }

    @Test
    void aServerThatRestartsHasForgottenNothing() throws Exception {
        final ZooKeeperArbiter owner = site.open();
        final ZooKeeperArbiter other = site.open();
        owner.read(LIMIT_NS);
        assertTrue(owner.foundWith(FIRST, LIMIT_NS));
        assertTrue(other.win(SECOND, LIMIT_NS));

        site.stop();
        assertThrows(ArbiterException.class, () -> other.renew(SECOND, SHORT_NS));
        assertThrows(ArbiterException.class, () -> owner.win(THIRD, SHORT_NS));
        site.start();

        awaitAnswer(owner);
        awaitAnswer(other);
        assertFalse(owner.win(new OwnershipWord(2, 0), LIMIT_NS), "the other node has won it");
        final OwnershipWord higher = new OwnershipWord(4, 0);
        assertTrue(owner.win(higher, LIMIT_NS), "the term before was lost, whatever became of it");
        assertFalse(other.renew(SECOND, LIMIT_NS));
        assertEquals(higher, other.read(LIMIT_NS).word());
    }

    /** Curator needs a moment until it has connected again. */
    private static void awaitAnswer(final ZooKeeperArbiter arbiter) throws Exception {
        final long endNs = System.nanoTime() + LIMIT_NS;
        while (true) {
            try {
                arbiter.read(LIMIT_NS);
                return;
            } catch (final ArbiterException e) {
                if (System.nanoTime() - endNs > 0) {
                    throw e;
                }
                Thread.sleep(TimeUnit.NANOSECONDS.toMillis(SHORT_NS) / 4);
            }
        }
    }

    @Test
    void theWordOutlivesTheSessionThatStoredIt() throws Exception {
        final CuratorFramework client = site.client();
        final ZooKeeperArbiter arbiter = new ZooKeeperArbiter(client, site.znode());
        arbiter.read(LIMIT_NS);
        assertTrue(arbiter.foundWith(FIRST, LIMIT_NS));
        final long session = client.getZookeeperClient().getZooKeeper().getSessionId();

        KillSession.kill(client.getZookeeperClient().getZooKeeper());

        awaitAnswer(arbiter);
        assertTrue(arbiter.renew(FIRST, LIMIT_NS));
        assertTrue(arbiter.win(SECOND, LIMIT_NS));
        assertNotEquals(session, client.getZookeeperClient().getZooKeeper().getSessionId());
    }

    @Test
    void aCallEndsInTimeWhileThereIsNoServer() throws Exception {
        final ZooKeeperArbiter arbiter = site.open();
        arbiter.read(LIMIT_NS);
        assertTrue(arbiter.foundWith(FIRST, LIMIT_NS));
        site.stop();

        for (int i = 0; i < 4; i++) {
            final long startNs = System.nanoTime();
            assertThrows(ArbiterException.class, () -> arbiter.renew(FIRST, SHORT_NS));
            final long tookNs = System.nanoTime() - startNs;
            assertTrue(tookNs < LIMIT_NS / 2, "a call of " + SHORT_NS + " ns took " + tookNs + " ns");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void aCallWithoutTimeIsNotBegun(final long timeoutNs) {
        final ZooKeeperArbiter arbiter = site.open();
        assertTrue(assertThrows(ArbiterException.class, () -> arbiter.read(timeoutNs)).getMessage()
            .endsWith("sync was not begun within 0 us"));
    }

    @Test
    void theClientStaysTheCallersAndItsNamespaceCounts() throws Exception {
        final CuratorFramework client = site.client();
        final ZooKeeperArbiter arbiter = new ZooKeeperArbiter(client.usingNamespace("shared"), site.znode());
        arbiter.read(LIMIT_NS);
        assertTrue(arbiter.foundWith(FIRST, LIMIT_NS));

        arbiter.close();

        assertEquals(CuratorFrameworkState.STARTED, client.getState());
        assertEquals(8, client.getData().forPath("/shared" + site.znode()).length);
    }

    @Test
    void aClientThatWasNotStartedAndAPathThatIsNoneAreRefused() {
        final CuratorFramework client = site.client();
        try (CuratorFramework latent = CuratorFrameworkFactory.newClient("127.0.0.1:1", new RetryOneTime(1))) {
            assertThrows(IllegalArgumentException.class, () -> new ZooKeeperArbiter(latent, "/pair"));
        }
        assertThrows(IllegalArgumentException.class, () -> new ZooKeeperArbiter(client, "pair"));
        assertThrows(IllegalArgumentException.class, () -> new ZooKeeperArbiter(client, "/"));
        assertThrows(IllegalArgumentException.class, () -> new ZooKeeperArbiter(client, "/pair/"));
        final ZooKeeperArbiter arbiter = new ZooKeeperArbiter(client, "/pair");
        assertThrows(IllegalArgumentException.class, () -> arbiter.win(OwnershipWord.NONE, LIMIT_NS));
        assertThrows(IllegalArgumentException.class, () -> arbiter.renew(OwnershipWord.NONE, LIMIT_NS));
        assertThrows(IllegalArgumentException.class, () -> arbiter.foundWith(OwnershipWord.NONE, LIMIT_NS));
    }
}
