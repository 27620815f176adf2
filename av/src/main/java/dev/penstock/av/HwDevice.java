package dev.penstock.av;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVHWDeviceContext;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * A device that decodes, filters or encodes.
 *
 * <p><b>Ownership.</b> libav counts the references to a device. A decoder, a filter graph or an
 * encoder that was opened with it holds one, and so does every frame that lies on it: closing the
 * handle ends only the handle's own, in any order with theirs. The device itself, with its context
 * and its stream, goes with the last of them, on the thread that ends it.
 *
 * <p><b>Threads.</b> Unlike other handles it may be given to several threads at once, to open
 * decoders, graphs and encoders with; only {@link #close} must happen after those.
 *
 * <p><b>Streams.</b> All links of one session share one device: work on a CUDA stream runs in the
 * order it was queued, which is all that keeps a filter from reading a picture before the decoder
 * has written it. Different sessions have devices, and so streams, of their own, and do not wait
 * for each other. They share one context: another one would cost hundreds of megabytes.
 */
public final class HwDevice extends Handle {
  /** The ways to reach one. */
  public enum Kind {
    CUDA,
    VAAPI,
    QSV,
    VULKAN,
    AMF;

    int type() {
      return switch (this) {
        case CUDA -> avutil.AV_HWDEVICE_TYPE_CUDA;
        case VAAPI -> avutil.AV_HWDEVICE_TYPE_VAAPI;
        case QSV -> avutil.AV_HWDEVICE_TYPE_QSV;
        case VULKAN -> avutil.AV_HWDEVICE_TYPE_VULKAN;
        case AMF -> avutil.AV_HWDEVICE_TYPE_AMF;
      };
    }
  }

  /**
   * {@code AVCUDADeviceContext} of libavutil/hwcontext_cuda.h, which the presets do not map: {@code
   * CUcontext cuda_ctx; CUstream stream; …}.
   */
  private static final int CUDA_CONTEXT = 0;

  private static final int CUDA_STREAM = 1;

  /** By the address of libav's device. */
  private static final Map<Long, Cuda.Stream> STREAMS = new ConcurrentHashMap<>();

  private final Kind kind;
  private final AVBufferRef device;

  private HwDevice(Kind kind, AVBufferRef device, String name) {
    super(name);
    this.kind = kind;
    this.device = device;
  }

  /** Those that the linked FFmpeg was built with, whatever the machine has. */
  public static Set<Kind> builtIn() {
    Natives.load();
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    for (int type = avutil.av_hwdevice_iterate_types(avutil.AV_HWDEVICE_TYPE_NONE);
        type != avutil.AV_HWDEVICE_TYPE_NONE;
        type = avutil.av_hwdevice_iterate_types(type)) {
      int found = type;
      Set.of(Kind.values()).stream().filter(k -> k.type() == found).forEach(kinds::add);
    }
    return kinds;
  }

  /**
   * Opens a device. One of {@code QSV} is made from the VAAPI device of the selector, to which the
   * options go.
   *
   * @param selector libav's name for it, such as {@code /dev/dri/renderD128}; empty for the first
   */
  public static HwDevice open(
      Kind kind, String selector, Map<String, String> options, LogScope parent) {
    requireBuiltIn(kind);
    if (kind == Kind.QSV) {
      try (HwDevice vaapi = open(Kind.VAAPI, selector, options, parent)) {
        return vaapi.derive(Kind.QSV, parent);
      }
    }
    LogScope log = parent.child();
    String name = kind + " device " + (selector.isEmpty() ? "(first)" : selector);
    AVBufferRef device = new AVBufferRef(null);
    AVDictionary dictionary = Options.dictionary(options);
    try (var _ = log.bind()) {
      int code =
          avutil.av_hwdevice_ctx_create(
              device, kind.type(), selector.isEmpty() ? null : selector, dictionary, 0);
      AvException.check(code, "open", name, log);
    } finally {
      Options.free(dictionary);
    }
    return new HwDevice(kind, device, name);
  }

  private static void requireBuiltIn(Kind kind) {
    if (!builtIn().contains(kind)) {
      throw new AvException(
          AvException.Kind.UNSUPPORTED,
          AvException.ENOSYS,
          "open",
          kind + " device",
          "this build of FFmpeg has no " + kind);
    }
  }

  /**
   * Opens an NVIDIA GPU: its primary context, and a stream of its own for this device.
   *
   * <p>The context and the stream are handed to libav before it initialises the device, as its
   * header demands. Decoders, filters and encoders take both from there when they are opened.
   *
   * @param id PCI address such as {@code 0000:3b:00.0}, or UUID as NVIDIA writes it: {@code GPU-…}
   *     or {@code MIG-…}. Not an ordinal, which may mean another GPU tomorrow
   */
  public static HwDevice cuda(String id, LogScope parent) {
    requireBuiltIn(Kind.CUDA);
    Cuda.Stream stream = Cuda.load().open(id);
    String name = Kind.CUDA + " device " + id;
    LogScope log = parent.child();
    AVBufferRef device = avutil.av_hwdevice_ctx_alloc(Kind.CUDA.type());
    if (device == null) {
      Cuda.load().close(stream);
      throw new AvException(avutil.AVERROR_ENOMEM(), "allocate", name, "");
    }
    try (var _ = log.bind()) {
      fill(new AVHWDeviceContext(device.data()), stream);
      AvException.check(avutil.av_hwdevice_ctx_init(device), "open", name, log);
      return new HwDevice(Kind.CUDA, device, name);
    } catch (RuntimeException e) {
      avutil.av_buffer_unref(device);
      throw e;
    }
  }

  /** From here on the stream goes with libav's device. */
  private static void fill(AVHWDeviceContext context, Cuda.Stream stream) {
    STREAMS.put(context.address(), stream);
    context._free(CloseStream.INSTANCE);
    PointerPointer<Pointer> fields = new PointerPointer<>(context.hwctx());
    fields.put(CUDA_CONTEXT, Pointers.of(stream.context()));
    fields.put(CUDA_STREAM, Pointers.of(stream.handle()));
  }

  /** libav calls it once nothing holds the device any more, and what it allocated is gone. */
  private static final class CloseStream extends AVHWDeviceContext.Free_AVHWDeviceContext {
    /** One for all, never collected: JavaCPP has room for few. */
    static final CloseStream INSTANCE = new CloseStream();

    /** An exception must not cross into C: it would end the process. */
    @Override
    @SuppressWarnings("CatchThrowable")
    public void call(AVHWDeviceContext context) {
      try {
        Cuda.Stream stream = STREAMS.remove(context.address());
        if (stream != null) {
          Cuda.load().close(stream);
        }
      } catch (Throwable lost) {
        // Nobody is left to tell.
      }
    }
  }

  /** Streams that are open in this process. */
  static int openStreams() {
    return STREAMS.size();
  }

  /** The same device, reached in another way; it keeps this one alive. The caller closes both. */
  public HwDevice derive(Kind other, LogScope parent) {
    requireBuiltIn(other);
    LogScope log = parent.child();
    String name = other + " device on " + name();
    AVBufferRef derived = new AVBufferRef(null);
    try (var _ = log.bind()) {
      AvException.check(
          avutil.av_hwdevice_ctx_create_derived(derived, other.type(), reference(), 0),
          "open",
          name,
          log);
    }
    return new HwDevice(other, derived, name);
  }

  public Kind kind() {
    return kind;
  }

  /** The handle's own reference, not another one. */
  AVBufferRef reference() {
    requireOpen();
    return device;
  }

  /** Another reference, which whoever takes it ends. */
  AVBufferRef share() {
    return AvException.requireAllocated(avutil.av_buffer_ref(reference()), name());
  }

  @Override
  void release() {
    avutil.av_buffer_unref(device);
  }
}
