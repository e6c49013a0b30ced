// SPDX-License-Identifier: Apache-2.0

/**
 * What a node records with JDK Flight Recorder: the connection manager commits these events, programs that read
 * recordings find them by name.
 *
 * <p>All but {@link dev.ffmverbs.ccm.events.HeartbeatEvent} are on in every recording, since they are rare. The
 * settings in {@code dev/ffmverbs/ccm/events/ccm.jfc} of this jar turn that on, too, with the events of the software
 * device:
 * {@code -XX:StartFlightRecording:settings=default,settings=ccm.jfc,filename=node.jfr}.
 *
 * <p>Depends on the JDK alone.
 */
package dev.ffmverbs.ccm.events;
