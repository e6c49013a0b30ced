// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.zookeeper;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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

    /** Returns a number that other paths do not have, never 0. */
    long number() {
        try {
            final byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            final long number = ByteBuffer.wrap(digest).getLong();
            return number == 0 ? 1 : number;
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256, although every one must have it", e);
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
