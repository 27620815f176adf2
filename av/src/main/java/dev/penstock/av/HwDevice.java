package dev.penstock.av;

import java.util.Map;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avutil;

/** A device that decodes, filters or encodes. It outlives the frame pools and frames made on it. */
public final class HwDevice extends Handle {
  /** The ways to reach one. */
  public enum Kind {
    CUDA,
    VAAPI,
    QSV,
    VULKAN;

    private int type() {
      return switch (this) {
        case CUDA -> avutil.AV_HWDEVICE_TYPE_CUDA;
        case VAAPI -> avutil.AV_HWDEVICE_TYPE_VAAPI;
        case QSV -> avutil.AV_HWDEVICE_TYPE_QSV;
        case VULKAN -> avutil.AV_HWDEVICE_TYPE_VULKAN;
      };
    }
  }

  private final AVBufferRef device;

  private HwDevice(AVBufferRef device, String name) {
    super(name);
    this.device = device;
  }

  /**
   * Opens a device.
   *
   * @param selector libav's name for it, such as {@code /dev/dri/renderD128}; empty for the first
   */
  public static HwDevice open(
      Kind kind, String selector, Map<String, String> options, LogScope parent) {
    Natives.load();
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
    return new HwDevice(device, name);
  }

  @Override
  void release() {
    avutil.av_buffer_unref(device);
  }
}
