// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.zookeeper;

import dev.ffmverbs.ccm.ownership.Arbiter;
import dev.ffmverbs.ccm.ownership.ArbiterContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

class ZooKeeperArbiterContractTest extends ArbiterContract {

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

    @Override
    protected Arbiter open(final int node) {
        return site.open();
    }

    @Override
    protected void endStore() throws Exception {
        site.stop();
    }
}
