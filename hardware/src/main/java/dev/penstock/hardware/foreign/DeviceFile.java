package dev.penstock.hardware.foreign;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;

/** A device node that is open for reading and writing, until closed. One thread. */
public final class DeviceFile implements AutoCloseable {
  private static final int O_RDWR = 2;
  private static final int O_CLOEXEC = 0x80000;
  private static final int EPERM = 1;
  private static final int ENOENT = 2;
  private static final int EACCES = 13;
  private static final String ERRNO = "errno";
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final MethodHandle OPEN =
      Linker.nativeLinker()
          .downcallHandle(
              CFunction.inC("open"),
              FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
              Linker.Option.captureCallState(ERRNO),
              Linker.Option.firstVariadicArg(2));

  private final int descriptor;

  private DeviceFile(int descriptor) {
    this.descriptor = descriptor;
  }

  /** Opens it. */
  public static Reading<DeviceFile> open(String path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int descriptor = (int) OPEN.invokeExact(state, arena.allocateFrom(path), O_RDWR | O_CLOEXEC);
      if (descriptor >= 0) {
        return Reading.of(new DeviceFile(descriptor), path);
      }
      return refused(
          path,
          state.get(JAVA_INT, STATE.byteOffset(MemoryLayout.PathElement.groupElement(ERRNO))));
    } catch (Throwable e) {
      throw new AssertionError("open", e);
    }
  }

  private static Reading<DeviceFile> refused(String path, int errno) {
    return switch (errno) {
      case ENOENT -> Reading.absent(Why.MISSING, path, "is not there");
      case EACCES -> Reading.absent(Why.DENIED, path, "permission denied (EACCES)");
      case EPERM -> Reading.absent(Why.DENIED, path, "operation not permitted (EPERM)");
      default -> Reading.absent(Why.FAILED, path, "cannot be opened: errno " + errno);
    };
  }

  /** Its file descriptor. */
  public int descriptor() {
    return descriptor;
  }

  @Override
  public void close() {
    int _ = CFunction.number(CFunction.inC("close"), descriptor);
  }
}
