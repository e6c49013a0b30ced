// SPDX-License-Identifier: Apache-2.0

/**
 * What a node records with JDK Flight Recorder: the connection manager commits these events, programs that read
 * recordings find them by name.
 *
 * <p>All but {@link HeartbeatEvent} are on in every recording, since they are rare. The settings in
 * {@code META-INF/ccm.jfc} of this jar turn that on, too, with the events of the software device. {@code ccm node
 * --flight-recording FILE} uses them. For a program of one's own, take the file out of the jar, {@code unzip -j ccm.jar
 * META-INF/ccm.jfc}, and start the program with
 * {@code -XX:StartFlightRecording:settings=default,settings=ccm.jfc,filename=node.jfr}, or let it read the resource
 * with {@link jdk.jfr.Configuration#create}.
 *
 * <p><b>Guarantees.</b> A recording holds no secret and no memory of a client, only names, addresses, counts and times.
 *
 * <p>Depends on the JDK alone.
 */
package dev.ffmverbs.ccm.internal.events;
