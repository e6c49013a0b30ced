// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Logical state of a port ({@code enum ibv_port_state}). */
public final class PortStates {

    /** {@code IBV_PORT_NOP}: not reported. */
    public static final int NO_CHANGE = 0;
    /** {@code IBV_PORT_DOWN}: there is no link. */
    public static final int DOWN = 1;
    /** {@code IBV_PORT_INIT}: the link is up but not yet configured. */
    public static final int INITIALIZE = 2;
    /** {@code IBV_PORT_ARMED}: configured but not yet active. */
    public static final int ARMED = 3;
    /** {@code IBV_PORT_ACTIVE}: data can flow. */
    public static final int ACTIVE = 4;
    /** {@code IBV_PORT_ACTIVE_DEFER}: the port was active, and its link is being recovered. */
    public static final int ACTIVE_DEFER = 5;

    private PortStates() {
    }
}
