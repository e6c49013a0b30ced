// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

/** JNI in the style of DiSNI and jVerbs, so that their users can compare with what they have. */
public final class JniDisniBinding extends JniBinding {

    /** For {@link java.util.ServiceLoader}. */
    public JniDisniBinding() {
    }

    @Override
    public String name() {
        return "jni-disni";
    }

    @Override
    public String description() {
        return "JNI in DiSNI's style: call objects with marshalled state, completions copied into objects";
    }

    @Override
    public BindingSession open(final String deviceName, final long bufferBytes) {
        return new JniStatefulSession(deviceName, bufferBytes);
    }
}
