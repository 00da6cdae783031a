// Package creator holds the pages on which a creator works: today, products
// and their lessons, sales with their money, payouts, and the public page's
// words.
//
//	/today                       what needs me, what I earned
//	/products … /products/:id    course (outline, import), words, price, publish
//	/products/:id/lessons/:id    a lesson, with its preview
//	/sales … /sales/:id          an order's waterfall; giving money back
//	/payouts                     where my money is, what blocks it, the next step
//	/page                        the words and links of my page
//
// It keeps no state: storefront, billing and accounts are asked as the person
// who is signed in, and their problems become words beside the field.
package creator
