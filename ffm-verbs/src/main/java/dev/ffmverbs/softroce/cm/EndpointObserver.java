// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

/** Hears what happens to one end of a connection. */
interface EndpointObserver {

    /** Takes no notice: nobody has an identifier for the endpoint, or not any more. */
    EndpointObserver NOBODY = event -> { };

    /**
     * Hears of an event. Called under the communication manager's lock: takes a note and returns.
     *
     * @param event what happened.
     */
    void on(EndpointEvent event);
}
