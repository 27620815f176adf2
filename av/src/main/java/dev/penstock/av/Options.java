package dev.penstock.av;

import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** Maps to and from libav's dictionaries, and options set on its objects. */
final class Options {
  private Options() {}

  /** A dictionary the caller frees with {@link #free}. */
  static AVDictionary dictionary(Map<String, String> entries) {
    AVDictionary dictionary = new AVDictionary(null);
    entries.forEach((key, value) -> avutil.av_dict_set(dictionary, key, value, 0));
    return dictionary;
  }

  static void free(@Nullable AVDictionary dictionary) {
    // JavaCPP makes a null pointer to a pointer of null, which libav does not expect.
    if (dictionary != null) {
      avutil.av_dict_free(dictionary);
    }
  }

  static Map<String, String> map(@Nullable AVDictionary dictionary) {
    Map<String, String> entries = new TreeMap<>();
    if (dictionary == null || dictionary.isNull()) {
      return entries;
    }
    AVDictionaryEntry entry = avutil.av_dict_iterate(dictionary, null);
    while (entry != null) {
      entries.put(entry.key().getString(), entry.value().getString());
      entry = avutil.av_dict_iterate(dictionary, entry);
    }
    return entries;
  }

  /** Sets each option on the object, or on its codec's or muxer's private part. */
  static void set(Pointer object, Map<String, String> options, String subject, LogScope log) {
    options.forEach((name, value) ->
        AvException.check(
            avutil.av_opt_set(object, name, value, avutil.AV_OPT_SEARCH_CHILDREN),
            "set option " + name + "=" + value + " on",
            subject,
            log));
  }
}
