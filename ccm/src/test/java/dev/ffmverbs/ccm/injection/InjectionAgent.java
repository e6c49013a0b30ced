// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.injection;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Puts {@link Injection#pass} before every call that a method of this project's main classes makes. */
public final class InjectionAgent {

    private static final String PROJECT = "dev/ffmverbs/";
    private static final String GENERATED = "dev/ffmverbs/jextract/";
    private static final String TEST_CLASSES = "test-classes";
    private static final String TEST_JAR = "-tests.jar";
    private static final String INJECTION = "dev/ffmverbs/ccm/injection/Injection";

    /** No program can continue if it cannot even unlock what it has locked. */
    private static final Set<String> GIVING_BACK = Set.of("unlock", "release", "leave", "leaveAll");

    private InjectionAgent() {
    }

    /**
     * Called by the JVM before the program.
     *
     * @param arguments       none.
     * @param instrumentation changes classes.
     */
    public static void premain(final String arguments, final Instrumentation instrumentation) {
        instrumentation.addTransformer(new ClassFileTransformer() {
            @Override
            public byte[] transform(
                final ClassLoader loader, final String name, final Class<?> redefined, final ProtectionDomain domain,
                final byte[] classFile) {
                return name != null && name.startsWith(PROJECT) && !name.startsWith(GENERATED) && !isOfTests(domain)
                    ? transformed(name, classFile) : null;
            }
        });
    }

    /** In a build with packaging, the tests that other modules use are in a jar. */
    private static boolean isOfTests(final ProtectionDomain domain) {
        final String location = domain.getCodeSource().getLocation().getPath();
        return location.contains(TEST_CLASSES) || location.endsWith(TEST_JAR);
    }

    private static byte[] transformed(final String name, final byte[] classFile) {
        final ClassReader reader = new ClassReader(classFile);
        final ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        reader.accept(new ClassVisitor(Opcodes.ASM9, writer) {
            @Override
            public MethodVisitor visitMethod(
                final int access, final String method, final String descriptor, final String signature,
                final String[] exceptions) {
                final MethodVisitor next = super.visitMethod(access, method, descriptor, signature, exceptions);
                // A class whose initialisation has failed is lost for the rest of the process, by the rules of the JVM.
                return "<clinit>".equals(method) || GIVING_BACK.contains(method) ? next : new Calls(next, name);
            }
        }, 0);
        return writer.toByteArray();
    }

    private static final class Calls extends MethodVisitor {

        private final String className;

        Calls(final MethodVisitor next, final String className) {
            super(Opcodes.ASM9, next);
            this.className = className;
        }

        private void pass() {
            super.visitMethodInsn(Opcodes.INVOKESTATIC, INJECTION, "pass", "()V", false);
        }

        @Override
        public void visitMethodInsn(
            final int opcode, final String owner, final String method, final String descriptor,
            final boolean isInterface) {
            if (!isOfRecipient(owner) && !GIVING_BACK.contains(method)) {
                pass();
            }
            super.visitMethodInsn(opcode, owner, method, descriptor, isInterface);
        }

        /**
         * What a call to a listener or a client throws is their failure, and they are notified once. The queue calls a
         * listener, or the method of it that stands for the event.
         */
        private boolean isOfRecipient(final String owner) {
            return owner.endsWith("/ClusterClient") || owner.equals("java/util/function/BiConsumer")
                && className.endsWith("/ClientPairing")
                || owner.endsWith("/NodeEventListener") && className.endsWith("/EventQueue")
                || owner.endsWith("/SessionListener") && className.endsWith("/ListenerMethods");
        }

        @Override
        public void visitInvokeDynamicInsn(
            final String method, final String descriptor, final Handle bootstrap, final Object... arguments) {
            pass();
            super.visitInvokeDynamicInsn(method, descriptor, bootstrap, arguments);
        }
    }
}
