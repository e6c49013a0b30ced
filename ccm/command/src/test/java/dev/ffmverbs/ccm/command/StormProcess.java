// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.net.InetAddress;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.util.List;

/** A node or the witness of an {@link OwnershipStorm}, on this machine or, called through a stub, on another one. */
interface StormProcess extends Remote {

    /**
     * Starts the process; it was never started, or has been killed.
     *
     * @param subcommand {@code node} or {@code witness}.
     * @param arguments  arguments after it; a node gets the file for its uses in addition.
     */
    void start(String subcommand, List<String> arguments) throws RemoteException;

    /** Kills the process (SIGKILL), and returns when it has ended and all its output was read. */
    void kill() throws RemoteException, InterruptedException;

    /** Stops the process (SIGSTOP) until it is resumed. */
    void pause() throws RemoteException, InterruptedException;

    /** Lets the process run again (SIGCONT). */
    void resume() throws RemoteException, InterruptedException;

    /** Asks a node to hand over what it owns. */
    void handOver() throws RemoteException;

    /**
     * Cuts the link to a peer until it is healed.
     *
     * @param direction {@code incoming}, {@code outgoing} or {@code both}.
     */
    void cut(InetAddress peer, String direction) throws RemoteException;

    /** Heals all links of the process. */
    void heal() throws RemoteException;

    /** Returns what all processes that were started here have used: term, time of the first use and of the last. */
    long[][] readUses() throws RemoteException;

    /** Returns the lines printed since the last call, except the many of heartbeats and steps. */
    List<String> takeLines() throws RemoteException;

    /** Reads {@link System#nanoTime} on the machine of the process. */
    long readClockNs() throws RemoteException;
}
