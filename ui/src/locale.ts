// The page's texts are English, so numbers and dates are too, whatever the browser speaks:
// "1.234 visitors" would be read as one and a bit. en-GB: 24 hours, day before month.
export const kLocale = 'en-GB';
