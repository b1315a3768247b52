/// What needs libraries: progress bars, images, arrays in files, JSON.
@SuppressWarnings("requires-automatic") // the reader of WebP has no module descriptor
module dev.merapi.toolkit {
  requires static org.jspecify;
  requires transitive dev.merapi.runtime;
  requires com.fasterxml.jackson.core;
  requires com.twelvemonkeys.imageio.webp;
  requires java.desktop;
  requires me.tongfei.progressbar;

  exports dev.merapi.toolkit.arrays;
  exports dev.merapi.toolkit.images;
  exports dev.merapi.toolkit.progress;

  provides dev.merapi.train.TrainingListener with
      dev.merapi.toolkit.progress.FitDisplay;
}
