// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.zookeeper;

import org.apache.curator.framework.CuratorFramework;

/**
 * Where a znode is for somebody who looks with another client: below the path of the connection string, which ZooKeeper
 * calls chroot, and below the client's namespace.
 *
 * @param chroot the path of the connection string; empty if it has none.
 * @param text   the whole path.
 */
record WholePath(String chroot, String text) {

    static WholePath of(final CuratorFramework client, final String path) {
        final String servers = client.getZookeeperClient().getCurrentConnectionString();
        final int slash = servers == null ? -1 : servers.indexOf('/');
        final String chroot = slash < 0 || slash == servers.length() - 1 ? "" : servers.substring(slash);
        final String namespace = client.getNamespace();
        return new WholePath(chroot, chroot + (namespace == null || namespace.isEmpty() ? "" : "/" + namespace) + path);
    }

    @Override
    public String toString() {
        return text;
    }
}
