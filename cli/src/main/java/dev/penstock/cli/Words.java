package dev.penstock.cli;

import java.util.Iterator;
import java.util.List;

/** The words an option takes, for shell completion. The nested classes are named by annotations. */
abstract class Words implements Iterable<String> {
  private final List<String> words;

  private Words(String... words) {
    this.words = List.of(words);
  }

  @Override
  public Iterator<String> iterator() {
    return words.iterator();
  }

  static final class Codecs extends Words {
    Codecs() {
      super("h264", "hevc", "av1", "vp9", "copy");
    }
  }

  static final class LadderFormats extends Words {
    LadderFormats() {
      super("hls", "dash", "both", "files");
    }
  }

  static final class Layouts extends Words {
    Layouts() {
      super("one-file", "files");
    }
  }

  static final class Encryptions extends Words {
    Encryptions() {
      super("aes-128", "cbcs");
    }
  }

  static final class Presets extends Words {
    Presets() {
      super("p1", "p2", "p3", "p4", "p5", "p6", "p7");
    }
  }

  static final class Tunings extends Words {
    Tunings() {
      super("quality", "low-latency", "ultra-low-latency", "lossless");
    }
  }

  static final class Deinterlacing extends Words {
    Deinterlacing() {
      super("auto", "on", "off");
    }
  }

  static final class Rotation extends Words {
    Rotation() {
      super("auto", "off");
    }
  }

  static final class HighDynamicRange extends Words {
    HighDynamicRange() {
      super("keep", "sdr");
    }
  }

  static final class AudioTargets extends Words {
    AudioTargets() {
      super("aac", "opus", "copy", "none");
    }
  }

  static final class SubtitleTargets extends Words {
    SubtitleTargets() {
      super("auto", "copy", "convert", "none");
    }
  }

  static final class HardwareUse extends Words {
    HardwareUse() {
      super("auto", "prefer", "require", "off");
    }
  }

  static final class EncodingApi extends Words {
    EncodingApi() {
      super("nvenc", "vaapi", "qsv", "amf", "vulkan");
    }
  }

  static final class VerifyLevels extends Words {
    VerifyLevels() {
      super("none", "structure", "decode");
    }
  }

  static final class ProgressStyles extends Words {
    ProgressStyles() {
      super("auto", "plain", "json", "none");
    }
  }

  static final class Metrics extends Words {
    Metrics() {
      super("xpsnr", "ssim", "psnr", "all");
    }
  }
}
